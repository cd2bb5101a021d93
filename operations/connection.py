"""Which vCenter, tenant and state a run uses, and the environment that the engine gets for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lab.place import Lab
from operations import project, toolchain
from operations.errors import UserError
from operations.stack_settings import StackSettings
from operations.tenant_connection import TenantConnection, connect_tenant, trusting_both
from reference import endpoint

WITHOUT_SIDECARS = "?metadata=skip"
"""Beside each state file the store keeps one with attributes, which it doesn't write in one piece: a kill at that
moment leaves it empty and the state unreadable ("failed to load checkpoint: EOF"). Pulumi needs none of it."""

LAB_FIRST = "run: ggvv lab up"


@dataclass(frozen=True)
class Connection:
    """What a run needs beside the program: variables for the engine; `stand_in` when the vCenter is the lab's.

    `tenant` is None where the stack deploys no identity.
    """

    variables: Mapping[str, str]
    server: str
    user: str
    password: str
    authority: Path | None
    stand_in: bool
    tenant: TenantConnection | None = None

    @property
    def environment(self) -> dict[str, str]:
        """All that the engine's environment gets from us: the toolchain's paths, then this connection's variables.

        Raises:
            UserError: a tool is not built.
        """
        tenant_in_lab = self.stand_in if self.tenant is None else self.tenant.stand_in
        in_lab = ((toolchain.BRIDGE, self.stand_in), (toolchain.AZUREAD, tenant_in_lab))
        stand_ins = [plugin for plugin, here in in_lab if here]
        return toolchain.environment(stand_ins, acquire=len(stand_ins) < len(in_lab)) | dict(self.variables)

    def __repr__(self) -> str:
        """Name the connection without anything secret."""
        return f"Connection(server={self.server!r}, user={self.user!r}, stand_in={self.stand_in})"


def connect(settings: StackSettings, *, preview: bool) -> Connection:
    """Decide where a run of this stack goes.

    Lab stacks go to the embedded vCenter and tenant. Any other stack goes to the endpoints in its file or in the
    environment; a *preview* of one that has no endpoint yet is tried on the lab's, and says so.

    Raises:
        UserError: the lab is down.
        reference.errors.ArchitectureError: an endpoint value is missing.
    """
    if project.in_lab(settings.stack) or (preview and not _has_endpoint(settings)):
        vcenter = _stand_in(project.lab(), settings)
    else:
        vcenter = _real(settings)
    return _with_tenant(vcenter, connect_tenant(settings, preview=preview))


def _with_tenant(vcenter: Connection, tenant: TenantConnection | None) -> Connection:
    """Both endpoints as one connection; the engine's plugins trust the one file that fits both."""
    if tenant is None:
        return vcenter
    trusted: dict[str, str] = {}
    lab_authority = vcenter.authority or tenant.authority
    if lab_authority is not None:
        one_is_real = vcenter.stand_in != tenant.stand_in
        trusted["SSL_CERT_FILE"] = str(trusting_both(lab_authority) if one_is_real else lab_authority)
    return replace(vcenter, variables={**vcenter.variables, **tenant.variables, **trusted}, tenant=tenant)


def _real(settings: StackSettings) -> Connection:
    found = settings.endpoint_values(endpoint.SETTINGS)
    endpoint.missing(endpoint.SETTINGS, found, settings.stack)
    return Connection(
        variables={"PULUMI_BACKEND_URL": os.environ["PULUMI_BACKEND_URL"]}
        if "PULUMI_BACKEND_URL" in os.environ
        else {},
        server=found[endpoint.SERVER] or "",
        user=found[endpoint.USER] or "",
        password=os.environ.get(endpoint.PASSWORD.variable, ""),
        authority=None,
        stand_in=False,
    )


def _has_endpoint(settings: StackSettings) -> bool:
    return bool(os.environ.get(endpoint.SERVER.variable) or settings.values.get(endpoint.SERVER.key))


def _stand_in(lab: Lab, settings: StackSettings) -> Connection:
    found = lab.endpoint()
    if found is None:
        if project.in_lab(settings.stack):
            raise UserError(f"stack '{settings.stack}': the lab's vCenter does not run; {LAB_FIRST}")
        endpoint.missing(endpoint.SETTINGS, {}, settings.stack)
        raise UserError(f"stack '{settings.stack}' has no vCenter; {LAB_FIRST}")
    variables = {
        "PULUMI_BACKEND_URL": lab.state.as_uri() + WITHOUT_SIDECARS,
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(lab.passphrase_file),
        "SSL_CERT_FILE": str(found.authority),
        endpoint.SERVER.variable: found.server,
        endpoint.USER.variable: found.user,
        endpoint.PASSWORD.variable: found.password,
        endpoint.HOST_PASSWORD.variable: lab.host_password(),
    }
    return Connection(variables, found.server, found.user, found.password, found.authority, stand_in=True)
