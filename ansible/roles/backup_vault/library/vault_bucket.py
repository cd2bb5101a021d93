#!/usr/bin/python
"""A bucket of the vault: with versions and object lock from its first day, and a policy that lets nobody delete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

try:
    import boto3
    from botocore.exceptions import ClientError
except ImportError:  # told below, on the host where it is missing
    boto3 = None

DOCUMENTATION = """
module: vault_bucket
short_description: A bucket with versions, a lock in compliance mode, and writers
description:
  - Makes the bucket with object lock (which can't be added later nor taken away), sets the default retention in
    compliance mode, and lets the writers read, write and lock for longer; not delete versions nor change the bucket.
  - C(amazon.aws.s3_bucket) does most of it, but wants a newer boto3 than Debian 12 has.
options:
  name: {type: str, required: true, description: The bucket's name.}
  endpoint: {type: str, required: true, description: Where the store listens.}
  authority: {type: path, required: true, description: The authority that signed the store's certificate (PEM).}
  administrator: {type: path, required: true, description: "File with ROOT_ACCESS_KEY and ROOT_SECRET_KEY."}
  lock_days: {type: int, required: true, description: Days for which what brings no lock of its own is locked.}
  writers: {type: list, elements: str, required: true, description: Accounts of the backup servers.}
"""

ON_BUCKET = (
    "s3:GetBucketLocation",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketVersioning",
    "s3:ListBucket",
    "s3:ListBucketVersions",
)
ON_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",  # lays a mark over an object; every version stays
    "s3:GetObject",
    "s3:GetObjectRetention",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:PutObjectRetention",  # for longer; for shorter it is refused to everyone
)


def policy(name: str, writers: list[str]) -> dict[str, Any]:
    """What the writers may: nothing that takes something away."""
    resource = f"arn:aws:s3:::{name}"
    who = {"AWS": sorted(writers)}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": who, "Action": sorted(ON_BUCKET), "Resource": resource},
            {"Effect": "Allow", "Principal": who, "Action": sorted(ON_OBJECTS), "Resource": f"{resource}/*"},
        ],
    }


def lock(days: int) -> dict[str, Any]:
    """The lock of what brings none of its own."""
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}}}


def asked(call: Any, missing: Any, **arguments: Any) -> Any:  # noqa: ANN401 - boto3 ships no types
    """What a call answers, or `missing` where there is no such thing."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004 - HTTP's own number
            return missing
        raise


class Bucket:
    """A bucket, as the administrator sees it."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401
        self.client = client
        self.name = name

    def exists(self) -> bool:
        """Whether it is there."""
        return asked(self.client.head_bucket, None, Bucket=self.name) is not None

    def lock(self) -> Any:  # noqa: ANN401
        """Its lock."""
        answer = asked(self.client.get_object_lock_configuration, {}, Bucket=self.name)
        return answer.get("ObjectLockConfiguration")

    def policy(self) -> Any:  # noqa: ANN401
        """Its policy."""
        answer = asked(self.client.get_bucket_policy, {}, Bucket=self.name)
        return json.loads(answer["Policy"]) if "Policy" in answer else None


def bring(bucket: Bucket, days: int, writers: list[str], *, check: bool) -> list[str]:
    """Bring the bucket to what is wanted; what that took, in words."""
    if not bucket.exists():
        if check:
            return ["bucket", "lock", "policy"]
        bucket.client.create_bucket(Bucket=bucket.name, ObjectLockEnabledForBucket=True)
        bring(bucket, days, writers, check=False)
        return ["bucket", "lock", "policy"]
    done = []
    if bucket.lock() != lock(days):
        done.append("lock")
        if not check:
            bucket.client.put_object_lock_configuration(Bucket=bucket.name, ObjectLockConfiguration=lock(days))
    if bucket.policy() != policy(bucket.name, writers):
        done.append("policy")
        if not check:
            bucket.client.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy(bucket.name, writers)))
    return done


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "authority": {"type": "path", "required": True},
            "administrator": {"type": "path", "required": True},
            "lock_days": {"type": "int", "required": True},
            "writers": {"type": "list", "elements": "str", "required": True},
        },
        supports_check_mode=True,
    )
    if boto3 is None:
        module.fail_json(msg="python3-boto3 is not installed; install it")
    lines = Path(module.params["administrator"]).read_text(encoding="utf-8").splitlines()
    root = dict(line.split("=", 1) for line in lines if line)
    client = boto3.client(
        "s3",
        endpoint_url=module.params["endpoint"],
        aws_access_key_id=root["ROOT_ACCESS_KEY"],
        aws_secret_access_key=root["ROOT_SECRET_KEY"],
        region_name="us-east-1",
        verify=module.params["authority"],
    )
    bucket = Bucket(client, module.params["name"])
    try:
        done = bring(bucket, module.params["lock_days"], module.params["writers"], check=module.check_mode)
    except ClientError as error:
        module.fail_json(msg=f"bucket {bucket.name}: {error}")
    module.exit_json(changed=bool(done), done=done)


if __name__ == "__main__":
    main()
