"""The sign-in endpoints: OAuth 2.0 client credentials, and the documents by which clients find them."""

from __future__ import annotations

import datetime
import hmac
import uuid
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lab.tenant.tenant import Tenant
from lab.tenant.tokens import AUDIENCE


class SignInError(Exception):
    """A sign-in that is refused, in the form of the Microsoft identity platform (authentication error codes)."""

    def __init__(self, error: str, code: int, text: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(text)
        self.error, self.code, self.text, self.status = error, code, text, int(status)


def routes(tenant: Tenant) -> list[Route]:
    """The endpoints of sign-in."""

    async def token(request: Request) -> Response:
        try:
            return await _token(tenant, request)
        except SignInError as error:
            return _refusal(error)

    async def configuration(request: Request) -> Response:
        try:
            _check_tenant(tenant, request.path_params["tenant"])
        except SignInError as error:
            return _refusal(error)
        return JSONResponse(_configuration(tenant, _base(request)))

    async def keys(_: Request) -> Response:
        return JSONResponse(tenant.tokens.keys())

    async def metadata(request: Request) -> Response:
        return JSONResponse(_metadata(f"{_base(request)}/"))

    return [
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", configuration, methods=["GET"]),
        Route("/{tenant}/discovery/v2.0/keys", keys, methods=["GET"]),
        Route("/metadata/endpoints", metadata, methods=["GET"]),
    ]


async def _token(tenant: Tenant, request: Request) -> Response:
    """Client credentials grant (RFC 6749, section 4.4; Microsoft identity platform: client credentials flow)."""
    _check_tenant(tenant, request.path_params["tenant"])
    values = dict(parse_qsl((await request.body()).decode()))
    if values.get("grant_type") != "client_credentials":
        raise SignInError("unsupported_grant_type", 70003, "The app requested an unsupported grant type; right is "
                          "'client_credentials'.")  # fmt: skip
    client_id = values.get("client_id", "")
    check_client(tenant, client_id, values.get("client_secret", ""))
    _check_scope(values.get("scope", ""), _base(request))
    lifetime = tenant.faults.faults.token_lifetime
    issuer = f"{_base(request)}/{tenant.credentials.tenant_id}/v2.0"
    access_token = tenant.tokens.issue(tenant.credentials, tenant.deployer, issuer, lifetime)
    body = {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": access_token}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def check_client(tenant: Tenant, client_id: str, secret: str) -> None:
    """Refuse who isn't the tenant's client.

    Raises:
        SignInError: unknown client, or a wrong secret.
    """
    own = tenant.credentials
    if client_id != own.client_id:
        raise SignInError("unauthorized_client", 700016, f"Application with identifier '{client_id}' was not found in "
                          f"the directory '{own.tenant_id}'.")  # fmt: skip
    if not hmac.compare_digest(secret.encode(), own.client_secret.encode()):
        raise SignInError("invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in "
                          "the request is the client secret value, not the client secret ID, for a secret added to app "
                          f"'{client_id}'.", HTTPStatus.UNAUTHORIZED)  # fmt: skip


def _check_tenant(tenant: Tenant, name: str) -> None:
    own = tenant.credentials
    if name.lower() not in {own.tenant_id, own.domain, *own.verified_domains}:
        raise SignInError("invalid_request", 90002, f"Tenant '{name}' not found. Check to make sure you have the "
                          "correct tenant ID and are signing into the correct cloud.")  # fmt: skip


def _check_scope(scope: str, base: str) -> None:
    resource = scope.removesuffix("/.default").rstrip("/")
    if not scope.endswith("/.default"):
        raise SignInError("invalid_scope", 70011, f"The provided value for the input parameter 'scope' is not valid: "
                          f"'{scope}' is no resource with /.default.")  # fmt: skip
    if resource not in {base, AUDIENCE}:
        raise SignInError("invalid_resource", 500011, f"The resource principal named {resource} was not found in the "
                          "tenant.")  # fmt: skip


def _refusal(error: SignInError) -> Response:
    now = datetime.datetime.now(datetime.UTC)
    trace = str(uuid.uuid4())
    timestamp = now.strftime("%Y-%m-%d %H:%M:%SZ")
    body = {
        "error": error.error,
        "error_description": f"AADSTS{error.code}: {error.text} Trace ID: {trace} Correlation ID: {trace} "
        f"Timestamp: {timestamp}",
        "error_codes": [error.code],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": trace,
    }
    return JSONResponse(body, error.status, {"Cache-Control": "no-store"})


def _configuration(tenant: Tenant, base: str) -> dict[str, object]:
    """The OpenID Connect discovery document, as far as client credentials need it."""
    own = f"{base}/{tenant.credentials.tenant_id}"
    return {
        "issuer": f"{own}/v2.0",
        "authorization_endpoint": f"{own}/oauth2/v2.0/authorize",
        "token_endpoint": f"{own}/oauth2/v2.0/token",
        "jwks_uri": f"{own}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "msgraph_host": base.removeprefix("https://"),
    }


def _metadata(own: str) -> dict[str, object]:
    """Where Azure's services are (Azure Resource Manager, metadata endpoints 2022-09-01): all of them here."""
    services = (
        "batch", "gallery", "graph", "graphAudience", "media", "microsoftGraphResourceId", "portal", "resourceManager",
        "activeDirectoryDataLake", "appInsightsResourceId", "appInsightsTelemetryChannelResourceId",
        "attestationResourceId", "logAnalyticsResourceId",
        "ossrDbmsResourceId", "sqlManagement", "synapseAnalyticsResourceId",
    )  # fmt: skip
    authentication = {"loginEndpoint": own, "audiences": [own], "tenant": "common", "identityProvider": "AAD"}
    return {"name": "AzureCloud", "authentication": authentication, "suffixes": {}, **dict.fromkeys(services, own)}


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
