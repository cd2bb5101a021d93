"""One declaration of each type, and Graph answered by a function."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import yaml

from lab.plugins.azuread import graph as graph_module
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.sign_in import Client
from lab.plugins.azuread.surroundings import Surroundings

FIXTURES = Path(__file__).parents[5] / "tests" / "fixtures" / "azuread"
SAMPLES: dict[str, dict[str, Any]] = yaml.safe_load((FIXTURES / "samples.yaml").read_text())

Answer = Callable[[httpx.Request], httpx.Response]
TOKEN = jwt.encode({"oid": "22222222-2222-4222-8222-222222222222"}, "k" * 32)


class Tenant:
    """Answers requests: those for a token itself, the others by `answer`; remembers them all."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: httpx.Response(404)
        self.requests: list[httpx.Request] = []
        self.lifetime = 3600

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request as the network would carry it."""
        self.requests.append(request)
        if request.url.path.endswith("/oauth2/v2.0/token"):
            return httpx.Response(200, json={"access_token": TOKEN, "expires_in": self.lifetime}, request=request)
        response = self.answer(request)
        response.request = request
        return response

    def calls(self, *methods: str) -> list[str]:
        """What was asked, as `METHOD path`, without the tokens."""
        made = [f"{r.method} {r.url.path}" for r in self.requests if not r.url.path.endswith("/token")]
        return [call for call in made if not methods or call.startswith(methods)]


@pytest.fixture
def tenant() -> Tenant:
    """A tenant that has nothing."""
    return Tenant()


@pytest.fixture
def graph(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """A client of that tenant that doesn't wait between attempts."""

    class Transport(httpx.AsyncBaseTransport):
        def __init__(self, **_: object) -> None: ...

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await tenant.handle_async_request(request)

    monkeypatch.setattr(graph_module.httpx, "AsyncHTTPTransport", Transport)
    monkeypatch.setattr(graph_module, "BACKOFF", 0.0)
    around = Surroundings("https://localhost:1", "https://localhost:1", ssl.create_default_context())
    return Graph(around, Client("tenant", "client", "secret"))


def error(status: int, code: str, message: str, **headers: str) -> httpx.Response:
    """A refusal in Graph's form."""
    return httpx.Response(status, json={"error": {"code": code, "message": message}}, headers=headers)
