"""Which configuration keys and environment variables say where a stack's vCenter and tenant are, and how to sign in."""

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

TENANT = Setting("tenantId", "ARM_TENANT_ID", secret=False, purpose="the Entra ID tenant's id")
CLIENT = Setting("clientId", "ARM_CLIENT_ID", secret=False, purpose="the application that deploys identity")
CLIENT_SECRET = Setting("clientSecret", "ARM_CLIENT_SECRET", secret=True, purpose="that application's secret")
TENANT_IDS = (TENANT, CLIENT)
TENANT_SETTINGS = (*TENANT_IDS, CLIENT_SECRET)
"""Asked for only where the stack has `ggvv:identity`."""

CONNECTION_KEYS = frozenset(setting.key for setting in (*SETTINGS, *TENANT_SETTINGS))

_TRUE = frozenset({"1", "t", "true"})
_SWITCHES = ("ARM_USE_OIDC", "ARM_USE_MSI", "ARM_USE_CLI", "ARM_USE_AKS_WORKLOAD_IDENTITY")
_VALUES = ("ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_SECRET_FILE_PATH")


def without_secret(environment: Mapping[str, str]) -> bool:
    """Whether the environment signs in to the tenant without a stored client secret.

    A pipeline does so with a token of its own (OIDC), a managed identity, the Azure CLI's session or a certificate
    (the azuread provider's authentication guides).
    """
    switched = any(environment.get(name, "").lower() in _TRUE for name in _SWITCHES)
    return switched or any(environment.get(name) for name in _VALUES)


METADATA_HOST = "ARM_METADATA_HOSTNAME"
"""Where the azuread plugin asks for the hosts of sign-in and Graph: a lab's, or another cloud's than the global one.

Read from the environment only, never from a stack file.
"""


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
