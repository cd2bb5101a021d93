#!/usr/bin/python
"""Brings what the directory must hold for the hosts' sake; runs on a domain controller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible.module_utils.basic import AnsibleModule

if TYPE_CHECKING:
    from samba.samdb import SamDB

DOCUMENTATION = """
module: domain_contents
short_description: Groups and the Administrator's password of a Samba domain
description:
  - Adds groups that are missing, and sets the Administrator's password where another one is in force.
  - Groups that are there and not declared stay, since people make groups too.
options:
  groups: {description: Names of groups., type: list, elements: str, default: []}
  administrator_password: {description: The password., type: str}
"""
EXAMPLES = """
- domain_contents:
    groups: [ggvv-platform]
"""
RETURN = """
done: {description: What was missing., returned: always, type: list}
"""

ADMINISTRATOR = "Administrator"


def open_directory() -> SamDB:
    """The directory's own database, as the system."""
    from samba.auth import system_session  # noqa: PLC0415 - there on domain controllers only
    from samba.param import LoadParm  # noqa: PLC0415
    from samba.samdb import SamDB  # noqa: PLC0415

    parameters = LoadParm()
    parameters.load_default()
    return SamDB(session_info=system_session(), lp=parameters)


def missing_groups(directory: SamDB, names: list[str]) -> list[str]:
    """Those of `names` that the directory hasn't got."""
    found = directory.search(expression="(objectClass=group)", attrs=["sAMAccountName"])
    there = {str(entry["sAMAccountName"]).lower() for entry in found}
    return [name for name in names if name.lower() not in there]


def accepts(password: str) -> bool:
    """Whether the Administrator gets in with `password`."""
    from ldb import LdbError  # noqa: PLC0415 - there on domain controllers only
    from samba.credentials import Credentials  # noqa: PLC0415
    from samba.param import LoadParm  # noqa: PLC0415
    from samba.samdb import SamDB  # noqa: PLC0415

    parameters = LoadParm()
    parameters.load_default()
    credentials = Credentials()
    credentials.guess(parameters)
    credentials.set_username(ADMINISTRATOR)
    credentials.set_password(password)
    try:
        SamDB(url="ldap://127.0.0.1", credentials=credentials, lp=parameters)
    except LdbError:
        return False
    return True


def main() -> None:
    """Compare, and make what is missing unless in check mode."""
    module = AnsibleModule(
        argument_spec={
            "groups": {"type": "list", "elements": "str", "default": []},
            "administrator_password": {"type": "str", "no_log": True},
        },
        supports_check_mode=True,
    )
    try:
        directory = open_directory()
    except Exception as error:  # noqa: BLE001 - Samba raises RuntimeError, LdbError and its own
        if module.check_mode:
            module.exit_json(changed=True, done=[], msg="check mode can't tell: what a new domain lacks")
        module.fail_json(msg=f"the directory can't be opened: {error}; make the domain first")
    password: str | None = module.params["administrator_password"]
    missing = missing_groups(directory, module.params["groups"])
    reset = password is not None and not accepts(password)
    if not module.check_mode:
        for name in missing:
            directory.newgroup(name)
        if reset:
            directory.setpassword(f"(sAMAccountName={ADMINISTRATOR})", password)
    module.exit_json(changed=bool(missing or reset), done=missing + ["password"] * reset)


if __name__ == "__main__":
    main()
