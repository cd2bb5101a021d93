"""Which configuration keys and environment variables say where a stack's vCenter is and how to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reference.errors import ArchitectureError


@dataclass(frozen=True)
class Setting:
    """One endpoint value: the stack's key (within `ggvv:`), the environment variable that goes before it, secrecy."""

    key: str
    variable: str
    secret: bool
    purpose: str


SERVER = Setting("vcenterServer", "VSPHERE_SERVER", secret=False, purpose="the vCenter's name, with port if not 443")
USER = Setting("vcenterUser", "VSPHERE_USER", secret=False, purpose="the account that deploys")
PASSWORD = Setting("vcenterPassword", "VSPHERE_PASSWORD", secret=True, purpose="that account's password")
HOST_PASSWORD = Setting("esxiPassword", "GGVV_ESXI_PASSWORD", secret=True, purpose="root's password on new ESXi hosts")
SETTINGS = (SERVER, USER, PASSWORD, HOST_PASSWORD)
CONNECTION_KEYS = frozenset(setting.key for setting in SETTINGS)


def missing(settings: tuple[Setting, ...], found: Mapping[Setting, str | None], stack: str) -> None:
    """Refuse a run that lacks an endpoint value.

    Raises:
        ArchitectureError: names each missing key, its variable, and the command that sets it.
    """
    for setting in settings:
        if not found.get(setting):
            flag = "--secret " if setting.secret else ""
            kind = "secret" if setting.secret else "key"
            raise ArchitectureError(
                f"stack '{stack}': {kind} ggvv:{setting.key} is not set ({setting.purpose}); "
                f"set {setting.variable} or run: pulumi config set {flag}-s {stack} {setting.key}"
            )
