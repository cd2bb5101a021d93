"""The attacker of the ransomware drill: runs as root on a host of the lab, with nothing but what it finds there.

Its text is sent to the host's own Python, so it imports nothing of the project's; it prints no secret.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

CREDENTIALS = "/etc/ggvv/backup-server/repositories/{bucket}.vault.config"
AUTHORITY = "/etc/ggvv/pki/ca.pem"
PATIENCE = 3
"""Seconds after which a port is taken for closed."""


class Store:
    """The vault, as a backup server's account sees it."""

    def __init__(self, plan: dict[str, Any]) -> None:
        config = json.loads(Path(CREDENTIALS.format(**plan)).read_text())["storage"]["config"]
        self.endpoint = f"https://{config['endpoint']}"
        self.key, self._secret = config["accessKeyID"], config["secretAccessKey"]
        self.bucket, self.run = plan["bucket"], plan["run"]

    def client(self, word: str = "control", *, anonymous: bool = False) -> Any:  # noqa: ANN401 - boto3 ships no types
        """A client whose every request carries a word that its line in the log has too."""
        import boto3  # noqa: PLC0415 - only backup servers have it
        from botocore import UNSIGNED  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        signed = {"signature_version": UNSIGNED} if anonymous else {}
        agent = {"user_agent_extra": f"{self.run}:{word}", "retries": {"total_max_attempts": 1}}
        return boto3.client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1", verify=AUTHORITY, aws_access_key_id=self.key,
            aws_secret_access_key=self._secret, config=Config(**agent, **signed, s3={"addressing_style": "path"}),
        )  # fmt: skip

    def request(self, word: str, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        """A signed request that boto3 knows no operation for; its status and answer."""
        from botocore.auth import SigV4Auth  # noqa: PLC0415
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415
        from botocore.credentials import Credentials  # noqa: PLC0415
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415

        sent = AWSRequest(method=method, url=self.endpoint + path, data=body.encode())
        sent.headers["User-Agent"] = f"{self.run}:{word}"
        sent.headers["X-Amz-Content-SHA256"] = hashlib.sha256(body.encode()).hexdigest()
        SigV4Auth(Credentials(self.key, self._secret), "s3", "us-east-1").add_auth(sent)
        answer = URLLib3Session(verify=AUTHORITY).send(sent.prepare())
        return answer.status_code, answer.content

    def checksum(self, key: str, version: str) -> str:
        """The checksum of what a version reads back, and until when it is locked and how."""
        client = self.client()
        body = client.get_object(Bucket=self.bucket, Key=key, VersionId=version)["Body"].read()
        lock = client.get_object_retention(Bucket=self.bucket, Key=key, VersionId=version)["Retention"]
        return f"{hashlib.sha256(body).hexdigest()} {lock['Mode']} {lock['RetainUntilDate']:%Y-%m-%dT%H:%M:%S}"


def prepare(store: Store, plan: dict[str, Any]) -> dict[str, str]:
    """Write and read an object, which proves that the credentials work, and choose locked versions of kopia's own."""
    client, now = store.client(), datetime.now(UTC)
    own = f"{plan['run']}-{store.key}"
    tomorrow = now + timedelta(days=1)
    lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": tomorrow}
    version = client.put_object(Bucket=store.bucket, Key=own, Body=own.encode(), **lock)["VersionId"]
    if client.get_object(Bucket=store.bucket, Key=own)["Body"].read() != own.encode():
        raise RuntimeError(f"object {own} reads back other than it was written")
    pages = client.get_paginator("list_object_versions").paginate(Bucket=store.bucket)
    there = [each for page in pages for each in page.get("Versions", []) if each["IsLatest"]]
    pack = next(each for each in there if each["Key"].startswith("p"))
    form = next(each for each in there if each["Key"] == "kopia.repository")
    return {
        "bucket": store.bucket, "other_bucket": plan["other_bucket"],
        "account": store.key, "other_account": plan["other_account"],
        "key": pack["Key"], "version": pack["VersionId"], "format_version": form["VersionId"],
        "own_key": own, "own_version": version,
        "in_a_minute": f"{now + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
        "tomorrow": f"{tomorrow - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        "next_year": f"{now + timedelta(days=365):%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip


def bring_back(store: Store, key: str, version: str) -> None:
    """Make a locked version the newest again, locked as before: it is copied over what lies on it."""
    client = store.client("bring-back")
    where = {"Bucket": store.bucket, "Key": key}
    if client.head_object(**where)["VersionId"] == version:
        return
    lock = client.get_object_retention(**where, VersionId=version)["Retention"]
    copy = client.copy_object(**where, CopySource={**where, "VersionId": version})
    client.put_object_retention(**where, VersionId=copy["VersionId"], Retention=lock)


def filled(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - arguments are of any type
    """An argument with what its braces stand for; other braces, such as a policy's, stay."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    return [filled(each, names) for each in value] if isinstance(value, list) else value


def try_s3(store: Store, attempt: dict[str, Any], arguments: dict[str, Any]) -> str:
    """Make the operation; the code that refused it, or nothing where it succeeded."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - only backup servers have it

    client = store.client(attempt["id"], anonymous=attempt["anonymous"])
    try:
        answer = getattr(client, attempt["operation"])(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    if answer.get("Deleted"):  # one of many was deleted, whatever became of the others
        return ""
    return ", ".join(sorted({error["Code"] for error in answer.get("Errors", [])}))


def try_request(store: Store, attempt: dict[str, Any], arguments: dict[str, Any]) -> str:
    """Make the request; the code that refused it, or nothing where it succeeded."""
    status, content = store.request(attempt["id"], **arguments)
    if status < 300:  # noqa: PLR2004 - HTTP's own number
        return ""
    return ET.fromstring(content).findtext("Code") or str(status)  # noqa: S314 - the vault's own answer


def try_port(vault: str, port: int) -> str:
    """Connect by each of the vault's addresses; what refused it, or nothing where one of them let in."""
    said = set()
    for address in sorted({str(found[4][0]) for found in socket.getaddrinfo(vault, port, type=socket.SOCK_STREAM)}):
        try:
            socket.create_connection((address, port), PATIENCE).close()
        except TimeoutError:
            said.add("timed out")
        except OSError as error:
            said.add(error.strerror or str(error))
        else:
            return ""
    return ", ".join(sorted(said))


def try_ssh(vault: str, user: str) -> str:
    """Sign in with every private key of this host; what refused it, or nothing where it let in."""
    keys = [
        *Path("/etc/ssh").glob("ssh_host_*_key"),
        *Path("/root/.ssh").glob("id_*"),
        *Path("/home").glob("*/.ssh/id_*"),
    ]
    options = [word for key in keys for word in ("-i", str(key))]
    for option in ("BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ConnectTimeout=10"):
        options += ["-o", option]
    words = ["ssh", *options, f"{user}@{vault}", "true"]
    result = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - a fixed list, no shell here
    if result.returncode == 0:
        return ""
    last = (result.stderr.strip().splitlines() or ["no answer"])[-1]
    return "Permission denied" if "Permission denied" in last else last


def attack(plan: dict[str, Any]) -> dict[str, Any]:
    """Make all attempts; how each ended, and what locked versions read back before and after."""
    attempts = plan["attempts"]
    doors = [each for each in attempts if each["kind"] == "port"]
    signs = [each for each in attempts if each["kind"] == "ssh"]
    with ThreadPoolExecutor(16) as pool:  # each of them waits, so they wait side by side
        answers = dict(pool.map(lambda each: (each["id"], try_port(plan["vault"], **each["arguments"])), doors))
    answers.update((each["id"], try_ssh(plan["vault"], **each["arguments"])) for each in signs)
    others = [each for each in attempts if each not in doors + signs]
    if not others:
        return {"answers": answers, "before": {}, "after": {}}
    store = Store(plan)
    names = prepare(store, plan)
    locked = {names["key"]: "version", "kopia.repository": "format_version", names["own_key"]: "own_version"}
    before = {key: store.checksum(key, names[version]) for key, version in locked.items()}
    try:
        for each in others:
            make = try_request if each["kind"] == "request" else try_s3
            answers[each["id"]] = make(store, each, filled(each["arguments"], names))
        after = {key: store.checksum(key, names[version]) for key, version in locked.items()}
    finally:
        for key in (names["key"], "kopia.repository"):
            bring_back(store, key, names[locked[key]])
    return {"answers": answers, "before": before, "after": after}
