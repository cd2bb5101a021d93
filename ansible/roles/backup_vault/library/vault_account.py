#!/usr/bin/python
"""Accounts of the vault: those that are wanted, with their secrets, and no other."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: vault_account
short_description: Accounts of versitygw that may be given access to buckets
description:
  - Makes the accounts that are wanted, gives them the wanted secrets, and removes all others but the administrator.
options:
  endpoint: {type: str, required: true, description: Where the administration listens.}
  administrator: {type: path, required: true, description: "File with ROOT_ACCESS_KEY and ROOT_SECRET_KEY."}
  accounts: {type: dict, required: true, description: The secret of each account by name.}
  store: {type: path, required: true, description: The file in which versitygw keeps accounts.}
"""

ROLE = "user"
"""Owns nothing and makes no buckets: it may do what a bucket's policy lets it."""

PROGRAM = "/usr/local/bin/versitygw"


def administrator(path: Path) -> dict[str, str]:
    """The administrator's variables in a file of lines NAME=VALUE."""
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if line)


def stored(path: Path) -> dict[str, dict[str, Any]]:
    """The accounts that are there, by name."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8")).get("accessAccounts") or {}
    return dict(found)


def differences(there: dict[str, dict[str, Any]], wanted: dict[str, str]) -> list[tuple[str, str]]:
    """What to do, as pairs of command and account."""
    made = [("create-user", name) for name in sorted(wanted) if name not in there]
    changed = [
        ("update-user", name)
        for name, secret in sorted(wanted.items())
        if name in there and (there[name].get("secret"), there[name].get("role")) != (secret, ROLE)
    ]
    return made + changed + [("delete-user", name) for name in sorted(there) if name not in wanted]


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "endpoint": {"type": "str", "required": True},
            "administrator": {"type": "path", "required": True},
            "accounts": {"type": "dict", "required": True, "no_log": True},
            "store": {"type": "path", "required": True},
        },
        supports_check_mode=True,
    )
    wanted = {name: str(secret) for name, secret in module.params["accounts"].items()}
    todo = differences(stored(Path(module.params["store"])), wanted)
    if todo and not module.check_mode:
        root = administrator(Path(module.params["administrator"]))
        environment = {
            "ADMIN_ACCESS_KEY_ID": root["ROOT_ACCESS_KEY"],
            "ADMIN_SECRET_ACCESS_KEY": root["ROOT_SECRET_KEY"],
            "ADMIN_ENDPOINT_URL": module.params["endpoint"],
            "SSL_CERT_FILE": os.devnull,
        }
        for command, name in todo:
            secret = [] if command == "delete-user" else ["--secret", wanted[name], "--role", ROLE]
            call = [PROGRAM, "admin", "--allow-insecure", command, "--access", name, *secret]
            code, _out, error = module.run_command(call, environ_update=environment)
            if code != 0:
                module.fail_json(msg=f"account {name}: {command} failed: {error.strip()}")
    module.exit_json(changed=bool(todo), done=[f"{command} {name}" for command, name in todo])


if __name__ == "__main__":
    main()
