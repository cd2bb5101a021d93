#!/usr/bin/python
"""Makes a computer's account in the domain, and hands out its keys; runs on a domain controller."""

from __future__ import annotations

import base64
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ansible.module_utils.basic import AnsibleModule

if TYPE_CHECKING:
    from samba.param import LoadParm
    from samba.samdb import SamDB

DOCUMENTATION = """
module: domain_computer
short_description: A computer's account in a Samba domain, with new keys
description:
  - Makes the account if there is none, gives it a new random password, and returns the keys that follow from it.
  - So a member needs neither an administrator's password nor one that somebody has seen.
options:
  name: {description: The account's name without C($)., type: str, required: true}
  fqdn: {description: The host's full name., type: str, required: true}
"""
EXAMPLES = """
- domain_computer: {name: DC1-NS-01, fqdn: dc1-ns-01.example.internal}
  register: account
  no_log: true
"""
RETURN = """
keytab: {description: The keys (base64 of a keytab)., returned: not in check mode, type: str}
"""


def ensure(directory: SamDB, name: str, fqdn: str) -> None:
    """Make the account where there is none, and say which host it is."""
    import ldb  # noqa: PLC0415 - there on domain controllers only

    search = f"(sAMAccountName={ldb.binary_encode(name)}$)"
    if not directory.search(expression=search, attrs=["dn"]):
        directory.newcomputer(name)
    entry = directory.search(expression=search, attrs=["dn"])[0]
    directory.setpassword(search, secrets.token_urlsafe(48))
    changed = ldb.Message(entry.dn)
    changed["dNSHostName"] = ldb.MessageElement(fqdn, ldb.FLAG_MOD_REPLACE, "dNSHostName")
    services = [f"host/{fqdn}", f"host/{name}"]
    changed["servicePrincipalName"] = ldb.MessageElement(services, ldb.FLAG_MOD_REPLACE, "servicePrincipalName")
    # Only AES (RFC 3962); RC4 keys are passwords' hashes (MS-KILE 2.2.7: 0x18).
    changed["types"] = ldb.MessageElement("24", ldb.FLAG_MOD_REPLACE, "msDS-SupportedEncryptionTypes")
    directory.modify(changed)


def keytab(parameters: LoadParm, principals: list[str]) -> bytes:
    """The keys of `principals`, as the directory has them."""
    from samba import enable_net_export_keytab, net  # noqa: PLC0415 - there on domain controllers only

    enable_net_export_keytab()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keytab"
        for principal in principals:
            net.Net(None, parameters).export_keytab(keytab=str(path), principal=principal)
        return path.read_bytes()


def main() -> None:
    """Make the account and return its keys, unless in check mode."""
    module = AnsibleModule(
        argument_spec={"name": {"type": "str", "required": True}, "fqdn": {"type": "str", "required": True}},
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=True)
    from samba.auth import system_session  # noqa: PLC0415 - there on domain controllers only
    from samba.param import LoadParm  # noqa: PLC0415
    from samba.samdb import SamDB  # noqa: PLC0415

    name, fqdn = module.params["name"], module.params["fqdn"]
    parameters = LoadParm()
    parameters.load_default()
    ensure(SamDB(session_info=system_session(), lp=parameters), name, fqdn)
    keys = keytab(parameters, [f"{name}$", f"host/{fqdn}"])
    module.exit_json(changed=True, keytab=base64.b64encode(keys).decode())


if __name__ == "__main__":
    main()
