"""Signs in to the tenant as an application: the OAuth 2.0 client credentials grant (RFC 6749, 4.4)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import httpx
import jwt
from httpx_retries import Retry

from lab.plugins.azuread.errors import SignInRefused

MARGIN = 60.0
"""Seconds before its end at which a token is renewed."""

TIMEOUT = 30.0
"""Seconds to wait for an answer."""

REPEATABLE = Retry(allowed_methods=["POST"], backoff_factor=0.2, max_backoff_wait=10.0)
"""Asking for a token changes nothing, so it may be asked for again."""

REASONS = (
    ("AADSTS7000215", "the client secret is wrong; correct ARM_CLIENT_SECRET"),
    ("AADSTS7000222", "the client secret has expired; make a new one and set ARM_CLIENT_SECRET"),
    ("AADSTS700016", "the tenant has no such application; correct ARM_CLIENT_ID or ARM_TENANT_ID"),
    ("AADSTS90002", "there is no such tenant here; correct ARM_TENANT_ID"),
)
"""Codes of the sign-in service and what mends them (Microsoft Entra authentication error codes)."""


@dataclass(frozen=True)
class Client:
    """The application that signs in: its tenant's and its own id, and its secret."""

    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)


class ClientCredentials(httpx.Auth):
    """Puts a bearer token on each request; gets a new one when it ends, and once when Graph refuses it early.

    Args:
        client: who signs in.
        login: the sign-in service's address.
        scope: what the token is for, such as https://graph.microsoft.com/.default.
    """

    requires_response_body = True

    def __init__(self, client: Client, login: str, scope: str) -> None:
        self._client = client
        self._url = f"{login}/{client.tenant_id}/oauth2/v2.0/token"
        self._scope = scope
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    @property
    def object_id(self) -> str:
        """The object id of the signed-in application's service principal (claim `oid`)."""
        return str(jwt.decode(self._token, options={"verify_signature": False})["oid"])

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request with a token that holds.

        Raises:
            SignInRefused: the sign-in service gives none.
        """
        used = ""
        for _attempt in range(2):
            async with self._lock:  # one signs in, the others wait for its token
                if self._token == used or time.monotonic() >= self._renew_at:
                    self.keep((yield self.ask()))
            used = self._token
            request.headers["Authorization"] = f"Bearer {used}"
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return

    def ask(self) -> httpx.Request:
        """The request for a token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "scope": self._scope,
        }
        extensions = {"retry": REPEATABLE, "timeout": httpx.Timeout(TIMEOUT).as_dict()}
        return httpx.Request("POST", self._url, data=form, extensions=extensions)

    def keep(self, response: httpx.Response) -> None:
        """Take the token from the answer.

        Raises:
            SignInRefused: there is none in it.
        """
        answer = response.json() if response.headers.get("Content-Type", "").startswith("application/json") else {}
        if response.is_error:
            said = str(answer.get("error_description", f"status {response.status_code}")).splitlines()[0]
            reason = next((text for code, text in REASONS if code in said), said)
            raise SignInRefused(f"tenant {self._client.tenant_id}: the sign-in was refused: {reason}")
        self._token = answer["access_token"]
        lifetime = float(answer["expires_in"])
        self._renew_at = time.monotonic() + max(lifetime - MARGIN, lifetime / 2)
