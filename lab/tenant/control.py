"""What only the lab has: faults, switched on and off while the tenant runs. It is no part of Graph."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lab.tenant.errors import GraphError
from lab.tenant.faults import Faults, FaultsError
from lab.tenant.sign_in import SignInError, check_client
from lab.tenant.tenant import Tenant


def routes(tenant: Tenant) -> list[Route]:
    """GET what is on, PUT what shall be (what isn't named is off), DELETE to switch all off."""

    async def faults(request: Request) -> Response:
        if not _admitted(tenant, request):
            text = "sign in with a bearer token, or with client id and secret (basic)"
            return JSONResponse({"error": text}, HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Basic"})
        if request.method != "GET":
            try:
                tenant.faults.switch(_wanted(request.method, await request.body()))
            except FaultsError as error:
                return JSONResponse({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        return JSONResponse(asdict(tenant.faults.faults))

    return [Route("/_lab/faults", faults, methods=["GET", "PUT", "DELETE"])]


def _wanted(method: str, body: bytes) -> Faults:
    if method == "DELETE":
        return Faults()
    try:
        return Faults.of(json.loads(body))
    except ValueError as error:
        raise FaultsError(
            f"the body could not be read ({error}); right is a JSON object with faults by name"
        ) from error


def _admitted(tenant: Tenant, request: Request) -> bool:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() == "basic":
            client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
            check_client(tenant, client_id, secret)
        else:
            tenant.caller(request.headers)
    except (GraphError, SignInError, binascii.Error, UnicodeDecodeError):
        return False
    return True
