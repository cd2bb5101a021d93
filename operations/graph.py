"""Reads a tenant over Microsoft Graph, and writes nothing: for the checks, and for what comes before a run."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import jwt
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from httpx_retries import Retry, RetryTransport

from operations.errors import UserError
from operations.tenant_connection import MICROSOFT_LOGIN, TenantConnection
from reference import endpoint

TIMEOUT = 30.0
"""Seconds to wait for an answer."""

RETRY = Retry(total=8, backoff_factor=0.5, status_forcelist=[429, 503, 504])
"""Graph asks to slow down by 429 with Retry-After (Microsoft Graph throttling guidance)."""

NO_TENANT = f"there is no such tenant; correct {endpoint.TENANT.variable}"

REFUSED = (
    ("AADSTS7000215", f"the client secret is wrong; correct {endpoint.CLIENT_SECRET.variable}"),
    ("AADSTS7000222", f"the client secret has expired; make a new one and set {endpoint.CLIENT_SECRET.variable}"),
    ("AADSTS700016", f"no such application in this tenant; correct {endpoint.CLIENT.variable}"),
    ("AADSTS90002", NO_TENANT),
    ("double check your tenant", NO_TENANT),  # the sign-in library's own words: it finds no configuration of the tenant
)
"""What the sign-in service's error codes mean and what mends them (Microsoft Entra authentication error codes)."""


class Graph:
    """One signed-in reader of a tenant.

    `permissions` are the application permissions that its token carries; None for a person's token, whose rights
    follow from roles.

    Example:
        >>> with Graph.open(connection) as graph:  # doctest: +SKIP
        ...     graph.list("/v1.0/identity/conditionalAccess/policies")
    """

    def __init__(self, client: httpx.Client, where: str, permissions: frozenset[str] | None) -> None:
        self.permissions = permissions
        self._client = client
        self._where = where

    @classmethod
    @contextmanager
    def open(cls, connection: TenantConnection) -> Iterator[Graph]:
        """Sign in for the time of the questions.

        Raises:
            UserError: not reachable, certificate not trusted, or the sign-in was refused.
        """
        where = f"tenant {connection.tenant_id} at {connection.graph}"
        token = _token(connection, where)
        context = ssl.create_default_context(cafile=str(connection.authority) if connection.authority else None)
        transport = RetryTransport(transport=httpx.HTTPTransport(verify=context), retry=RETRY)
        headers = {"Authorization": f"Bearer {token}", "ConsistencyLevel": "eventual"}
        with httpx.Client(
            base_url=f"https://{connection.graph}", headers=headers, transport=transport, timeout=TIMEOUT
        ) as client:
            yield cls(client, where, _application_permissions(token))

    def get(self, path: str, **query: str) -> dict[str, Any] | None:
        """The object at `path` (with version, such as /v1.0/organization); None where there is none.

        Raises:
            UserError: not reachable, or the permission is missing.
        """
        try:
            answer = self._client.get(path, params=query or None)
        except httpx.HTTPError as error:
            raise UserError(f"{self._where}: is not reachable ({error}); check the way there") from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.is_error:
            raise UserError(f"{self._where}: {path} was refused ({_reason(answer)}); see docs/identity.md, permissions")
        document: dict[str, Any] = answer.json()
        return document

    def list(self, path: str, **query: str) -> list[dict[str, Any]]:
        """All objects of a collection, page by page.

        Raises:
            UserError: as `get`; or there is no such collection.
        """
        found: list[dict[str, Any]] = []
        page = self.get(path, **query)
        if page is None:
            raise UserError(f"{self._where}: there is no {path}; this is not Microsoft Graph")
        while page is not None:
            found += page["value"]
            following = page.get("@odata.nextLink")
            page = self.get(str(following)) if following else None
        return found


def _token(connection: TenantConnection, where: str) -> str:
    try:
        return _credential(connection).get_token(f"https://{connection.graph}/.default").token
    except (AzureError, ValueError) as error:
        known = next((text for code, text in REFUSED if code in str(error)), None)
        if known or isinstance(error, ClientAuthenticationError):
            raise UserError(f"{where}: the sign-in was refused: {known or _first_line(error)}") from error
        raise UserError(
            f"{where}: sign-in at {connection.login} is not reachable ({_first_line(error)}); check the way there"
        ) from error


def _application_permissions(token: str) -> frozenset[str] | None:
    """The claim `roles` of an application's access token (Microsoft identity platform, access token claims)."""
    claims = jwt.decode(token, options={"verify_signature": False})  # read only; Graph itself is who verifies it
    return frozenset(claims["roles"]) if "roles" in claims else None


def _credential(connection: TenantConnection) -> TokenCredential:
    """The client's secret where there is one; else what this machine or pipeline is signed in with (OIDC, az)."""
    if not connection.client_secret:
        return DefaultAzureCredential()
    return ClientSecretCredential(
        connection.tenant_id,
        connection.client_id,
        connection.client_secret,
        authority=f"https://{connection.login}",
        disable_instance_discovery=connection.login != MICROSOFT_LOGIN,
        connection_verify=_trusted(connection),
    )


def _trusted(connection: TenantConnection) -> str | bool:
    """The file of trusted authorities: the lab's, or the one that this machine is told of; else the library's own."""
    return str(connection.authority) if connection.authority else os.environ.get("SSL_CERT_FILE") or True


def _reason(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
        return f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
