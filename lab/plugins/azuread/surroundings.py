"""Where the tenant's services are: asked from the host that ARM_METADATA_HOSTNAME names, and loopback only."""

from __future__ import annotations

import ipaddress
import os
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from lab.plugins.azuread import VERSION
from lab.plugins.azuread.errors import NotConfigured, NotReachable

METADATA = "/metadata/endpoints?api-version=2022-09-01"
"""Where an Azure environment tells its endpoints; the version is the official plugin's."""

STAND_IN = (
    "this plugin is the lab's stand-in and speaks to loopback only; "
    f"install the official one: pulumi plugin install resource azuread {VERSION}"
)


@dataclass(frozen=True)
class Surroundings:
    """Addresses of sign-in and Graph, without a slash at the end, and whose certificates are trusted."""

    login: str
    graph: str
    trust: ssl.SSLContext


async def find(metadata_host: str) -> Surroundings:
    """Ask `metadata_host` (host or host:port) for the addresses; TLS trusts SSL_CERT_FILE if it is set.

    Raises:
        NotConfigured: the host, or one that it names, is not loopback.
        NotReachable: no answer.
    """
    address = only_loopback(f"https://{metadata_host}")
    trust = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
    try:
        async with httpx.AsyncClient(verify=trust) as client:
            response = await client.get(address + METADATA)
            document = response.raise_for_status().json()
        login, graph = document["authentication"]["loginEndpoint"], document["microsoftGraphResourceId"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise NotReachable(
            f"{metadata_host}: no tenant tells its endpoints here ({error or type(error).__name__}); "
            "check ARM_METADATA_HOSTNAME and that the lab runs: ggvv lab status"
        ) from error
    return Surroundings(only_loopback(login), only_loopback(graph), trust)


def only_loopback(address: str) -> str:
    """The address without its last slash.

    Raises:
        NotConfigured: it is not on this machine.
    """
    host = urlsplit(address).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise NotConfigured(f"{host}: is not on this machine; {STAND_IN}")
    return address.rstrip("/")
