"""Which Entra ID tenant a run uses (IDM-1): the lab's stand-in or a real one, and how to sign in there."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from lab.place import Lab
from operations import project
from operations.errors import UserError
from operations.stack_settings import StackSettings
from reference import endpoint

MICROSOFT_LOGIN = "login.microsoftonline.com"
MICROSOFT_GRAPH = "graph.microsoft.com"
"""The global service's hosts (Microsoft Graph: National cloud deployments)."""

METADATA = "/metadata/endpoints?api-version=2022-09-01"
"""Answers with both (Azure Resource Manager's metadata, as the azuread provider asks for it)."""

TIMEOUT = 10.0
"""Seconds to wait for an answer."""

CHOICE = "identity"
"""The stack's key without which no identity is deployed."""


@dataclass(frozen=True)
class TenantConnection:
    """A tenant: `login` and `graph` are host or host:port, `variables` what the engine gets for it.

    `client_secret` is empty where it is encrypted in the stack file or a pipeline signs in without one (OIDC).
    """

    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    login: str
    graph: str
    variables: Mapping[str, str] = field(repr=False)
    authority: Path | None
    stand_in: bool


def connect_tenant(settings: StackSettings, *, preview: bool) -> TenantConnection | None:
    """Decide which tenant a run of this stack goes to; None where the stack has no `ggvv:identity`.

    Lab stacks go to the lab's tenant. Any other goes to the tenant in its file or in the environment; a *preview*
    of one that names none yet is tried on the lab's.

    Raises:
        UserError: the lab's tenant is down.
        reference.errors.ArchitectureError: an endpoint value is missing.
    """
    if settings.values.get(CHOICE) is None:
        return None
    if project.in_lab(settings.stack) or (preview and not _has_tenant(settings)):
        return _stand_in(project.lab(), settings)
    found = settings.endpoint_values(endpoint.TENANT_SETTINGS)
    wanted = endpoint.TENANT_SETTINGS if not endpoint.without_secret(os.environ) else endpoint.TENANT_IDS
    endpoint.missing(wanted, found, settings.stack)
    login, graph = _hosts(os.environ.get(endpoint.METADATA_HOST))
    return TenantConnection(
        tenant_id=found[endpoint.TENANT] or "",
        client_id=found[endpoint.CLIENT] or "",
        client_secret=os.environ.get(endpoint.CLIENT_SECRET.variable, ""),
        login=login,
        graph=graph,
        variables={},
        authority=None,
        stand_in=False,
    )


def _has_tenant(settings: StackSettings) -> bool:
    return bool(os.environ.get(endpoint.TENANT.variable) or settings.values.get(endpoint.TENANT.key))


def _hosts(metadata: str | None) -> tuple[str, str]:
    """The hosts of sign-in and of Graph.

    Raises:
        UserError: the metadata host doesn't answer as one.
    """
    if not metadata:
        return MICROSOFT_LOGIN, MICROSOFT_GRAPH
    try:
        answer = httpx.get(f"https://{metadata}{METADATA}", timeout=TIMEOUT, verify=ssl.create_default_context())
        said = answer.raise_for_status().json()
        urls = (said["authentication"]["loginEndpoint"], said["microsoftGraphResourceId"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{endpoint.METADATA_HOST}: {metadata} doesn't say where sign-in and Graph are ({error}); correct it, "
            "or unset it for the global cloud"
        ) from error
    login, graph = (urlsplit(str(url)).netloc for url in urls)
    return login, graph


def _stand_in(lab: Lab, settings: StackSettings) -> TenantConnection:
    found = lab.tenant_endpoint()
    if found is None:
        raise UserError(f"stack '{settings.stack}': the lab's tenant does not run; run: ggvv lab up")
    return TenantConnection(
        tenant_id=found.tenant_id,
        client_id=found.client_id,
        client_secret=found.client_secret,
        login=found.host,
        graph=found.host,
        variables={
            endpoint.METADATA_HOST: found.host,
            endpoint.TENANT.variable: found.tenant_id,
            endpoint.CLIENT.variable: found.client_id,
            endpoint.CLIENT_SECRET.variable: found.client_secret,
        },
        authority=found.authority,
        stand_in=True,
    )


def trusting_both(lab_authority: Path) -> Path:
    """A file with this machine's authorities and the lab's, for a preview with one real endpoint and one of the lab's.

    The engine's plugins trust exactly one file (SSL_CERT_FILE). It stands beside the lab's own certificate.
    """
    system = ssl.get_default_verify_paths().cafile
    both = lab_authority.with_name("with-system.pem")
    parts = [Path(system).read_bytes() if system else b"", lab_authority.read_bytes()]
    both.write_bytes(b"\n".join(parts))
    return both
