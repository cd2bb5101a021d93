"""Access tokens: JWTs signed with a key that lives as long as the process."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from lab.tenant.credentials import Credentials
from lab.tenant.errors import GraphError

AUDIENCE = "https://graph.microsoft.com"
"""Whom the tokens are for, at whatever host this directory answers."""

ALGORITHM = "RS256"


@dataclass(frozen=True)
class Caller:
    """Who a token was given to: the application, its service principal, and its application permissions."""

    app_id: str
    object_id: str
    permissions: frozenset[str]


def new_key() -> rsa.RSAPrivateKey:
    """A key to sign with; making one takes about 0.1 s."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Tokens:
    """Gives tokens and reads them again. `clock` tells seconds since the epoch."""

    def __init__(self, tenant_id: str, key: rsa.RSAPrivateKey, clock: Callable[[], float] = time.time) -> None:
        self._tenant_id = tenant_id
        self._clock = clock
        self._key = key
        self._key_id = uuid.uuid4().hex

    def issue(self, credentials: Credentials, object_id: str, issuer: str, lifetime: int) -> str:
        """A token for the client that holds for `lifetime` seconds."""
        now = int(self._clock())
        claims = {
            "aud": AUDIENCE,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "appid": credentials.client_id,
            "idtyp": "app",
            "oid": object_id,
            "sub": object_id,
            "tid": credentials.tenant_id,
            "roles": sorted(credentials.permissions),
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, ALGORITHM, {"kid": self._key_id})

    def read(self, token: str) -> Caller:
        """Who sent this token.

        Raises:
            GraphError: not ours, expired, or of another tenant (Microsoft Graph: InvalidAuthenticationToken).
        """
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                [ALGORITHM],
                {"verify_exp": False, "verify_nbf": False, "verify_iat": False},
                audience=AUDIENCE,
            )
        except jwt.InvalidTokenError as error:
            raise _refused(f"Access token validation failure: {error}.") from error
        if claims["tid"] != self._tenant_id:
            raise _refused("Access token is of another tenant.")
        if claims["exp"] <= self._clock():
            raise _refused("Lifetime validation failed, the token is expired.")
        return Caller(claims["appid"], claims["oid"], frozenset(claims["roles"]))

    def keys(self) -> dict[str, Any]:
        """The public key, as the sign-in service publishes it (RFC 7517)."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": self._key_id, "use": "sig", "alg": ALGORITHM}]}


def no_token() -> GraphError:
    """A request without a bearer token."""
    return _refused("Access token is empty.")


def _refused(message: str) -> GraphError:
    headers = {"WWW-Authenticate": f'Bearer realm="", authorization_uri="", client_id="", error="invalid_token", '
               f'error_description="{message}"'}  # fmt: skip
    return GraphError(message, "InvalidAuthenticationToken", HTTPStatus.UNAUTHORIZED, headers)
