"""The web application: Graph at /v1.0 and /beta, sign-in beside it, and what only the lab has."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lab.tenant import control, errors, graph, sign_in, status
from lab.tenant.call import Answer
from lab.tenant.errors import GraphError
from lab.tenant.journal import Entry
from lab.tenant.keys import with_key_segments
from lab.tenant.operations import Operation
from lab.tenant.tenant import VERSIONS, Asked, Tenant

CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


def application(tenant: Tenant) -> ASGIApp:
    """The whole service as one ASGI application."""
    operations = graph.operations()
    routes = [
        *(Mount(f"/{version}", routes=[_route(tenant, each) for each in operations]) for version in VERSIONS),
        *sign_in.routes(tenant),
        *control.routes(tenant),
        *status.routes(tenant),
    ]
    app = Starlette(routes=routes, exception_handlers=HANDLERS)
    return _Outermost(app, tenant)


class _Outermost:
    """Writes keys in parentheses as path segments, and notes each request in the journal."""

    def __init__(self, app: ASGIApp, tenant: Tenant) -> None:
        self._app = app
        self._tenant = tenant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status_code = time.perf_counter(), 500

        async def noting(message: dict[str, object]) -> None:
            nonlocal status_code
            if message["type"] == "http.response.start":
                status_code = int(str(message["status"]))
            await send(message)

        scope = {**scope, "path": with_key_segments(scope["path"])}
        try:
            await self._app(scope, receive, noting)  # type: ignore[arg-type]
        finally:
            took = (time.perf_counter() - started) * 1000
            self._tenant.journal.note(Entry(scope["method"], scope["path"], status_code, took))


def _route(tenant: Tenant, operation: Operation) -> Route:
    return Route(f"/{operation.path}", _endpoint(tenant, operation), methods=[operation.method])


def _endpoint(tenant: Tenant, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        asked = Asked(
            method=request.method,
            base=f"{request.url.scheme}://{request.url.netloc}",
            path=request.url.path,
            keys=request.path_params,
            options=request.query_params,
            headers=request.headers,
            body=await request.body(),
        )
        return _response(tenant.graph(operation, asked))

    return endpoint


def _response(answer: Answer) -> Response:
    headers = {"OData-Version": "4.0"}
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    return JSONResponse(answer.body, answer.status, {**headers, "Content-Type": CONTENT_TYPE})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphError)  # noqa: S101 - for the type; Starlette calls this for nothing else
    body = errors.document(error, request.headers.get("client-request-id"))
    headers = {**error.headers, "request-id": body["error"]["innerError"]["request-id"]}
    return JSONResponse(body, error.status, headers)


async def _broken(request: Request, error: Exception) -> Response:
    """A fault of this directory: told as Graph tells its own; Starlette raises it again, for the log."""
    text = f"{type(error).__name__} in the stand-in; its log tells more."
    return await _refused(request, GraphError(text, "InternalServerError", HTTPStatus.INTERNAL_SERVER_ERROR))


async def _no_such_path(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    segment = request.url.path.strip("/").split("/")[-1]
    refusal = GraphError(f"Resource not found for the segment '{segment}'.", "BadRequest", error.status_code)
    return await _refused(request, refusal)


HANDLERS = {HTTPException: _no_such_path, GraphError: _refused, Exception: _broken}
