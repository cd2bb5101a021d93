#!/usr/bin/python
"""An owner's repository in the vault: found by every server, made by one of them."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: vault_repository
short_description: A kopia repository in a bucket of the vault, whose objects are locked from the start
description:
  - Asks the vault for the owner's repository, and makes it where the bucket has none and this server is to do so.
  - A vault that can't be reached, refuses the account, or has a repository of another key is an error, not a reason to
    make one.
options:
  owner: {type: str, required: true, description: Whose copies they are; the bucket's name as well.}
  endpoint: {type: str, required: true, description: "The vault, as name:port."}
  lock_hours: {type: int, required: true, description: Hours for which each object is locked.}
  make: {type: bool, required: true, description: Whether this server makes it where there is none.}
"""

TOOL = "/usr/local/sbin/ggvv-repository"
NONE_YET = ("repository not initialized", "error getting kopia.repository blob: BLOB not found")
"""kopia's words where a bucket is empty: when it has never seen the repository, and when its configuration is there."""


def none_yet(error: str) -> bool:
    """Whether kopia says that there is no repository: not that it could not ask, or was refused."""
    return any(words in error for words in NONE_YET)


def last_line(text: str) -> str:
    """What a program said last."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason was given"


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "owner": {"type": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "lock_hours": {"type": "int", "required": True},
            "make": {"type": "bool", "required": True},
        },
        supports_check_mode=True,
    )
    owner = module.params["owner"]
    code, _said, error = module.run_command([TOOL, owner, "vault", "repository", "status"])
    if code == 0:
        module.exit_json(changed=False)
    if not none_yet(error):
        module.fail_json(msg=f"{owner}: the vault could not be asked for the repository ({last_line(error)})")
    if not module.params["make"]:
        module.exit_json(changed=False)
    if not module.check_mode:
        where = ["--endpoint", module.params["endpoint"], "--bucket", owner]
        lock = ["--retention-mode", "COMPLIANCE", "--retention-period", f"{module.params['lock_hours']}h"]
        code, _said, error = module.run_command([TOOL, owner, "create", "vault", "s3", *where, *lock])
        if code != 0:
            module.fail_json(msg=f"{owner}: the repository could not be made in the vault ({last_line(error)})")
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
