"""Requests that never leave this process: an ASGI application behind an ordinary httpx client."""

from __future__ import annotations

import asyncio

import httpx
from starlette.types import ASGIApp


class InProcess(httpx.BaseTransport):
    """Carries a request to the application and waits for its answer (httpx has this for asynchronous clients only).

    Args:
        application: who answers.
        raises: an error inside the application is the test's; without it, it is an answer with status 500.
    """

    def __init__(self, application: ASGIApp, *, raises: bool = True) -> None:
        self.application = application
        self._transport = httpx.ASGITransport(application, raise_app_exceptions=raises)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def client(application: ASGIApp, base: str, *, raises: bool = True) -> httpx.Client:
    """A client of the application, as if it were at `base`."""
    return httpx.Client(base_url=base, transport=InProcess(application, raises=raises))
