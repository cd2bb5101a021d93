"""Exactly one, whatever answers are lost; and how long a tenant is waited for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from lab.plugins.azuread import once
from lab.plugins.azuread.errors import GraphError, Interrupted, NotReachable, SignInRefused, Unanswered
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.kinds.credentials import Passwords
from lab.plugins.azuread.once import Key, do_once, make_once
from tests.unit.lab.plugins.azuread.conftest import Tenant, error

GROUPS = "/v1.0/groups"
KEY = Key(("displayName",))
Spoilt = Callable[[], httpx.Response]


class Groups:
    """A collection whose answers can be spoilt: what is done before `after` the POST of that number is lost."""

    def __init__(self, spoil: dict[int, Spoilt], *, carried_out: bool, hidden: int = 0) -> None:
        self.there: list[dict[str, str]] = []
        self.posts = 0
        self._spoil, self._carried_out, self._hidden = spoil, carried_out, hidden

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            if self.there and self._hidden:
                self._hidden -= 1
                return httpx.Response(200, json={"value": []})
            return httpx.Response(200, json={"value": self.there})
        self.posts += 1
        spoilt = self._spoil.get(self.posts)
        if spoilt is None or self._carried_out:
            self.there.append({"id": str(len(self.there)), **json.loads(request.content)})
        return spoilt() if spoilt else httpx.Response(201, json=self.there[-1])


def make(graph: Graph) -> dict[str, str]:
    body = {"displayName": "x"}
    return asyncio.run(make_once(graph, GROUPS, body, lambda: KEY.find(graph, GROUPS, body)))


def busy() -> httpx.Response:
    return error(503, "ServiceUnavailable", "later")


def reset() -> httpx.Response:
    raise httpx.ReadError("reset")


@pytest.mark.parametrize("spoilt", [busy, reset], ids=["503", "connection_reset"])
@pytest.mark.parametrize("carried_out", [True, False], ids=["carried_out", "not_carried_out"])
def test_lost_answer_makes_one(
    graph: Graph, tenant: Tenant, spoilt: Callable[[], httpx.Response], *, carried_out: bool
) -> None:
    """Whether the write that wasn't answered happened or not, there is one in the end."""
    groups = Groups({1: spoilt}, carried_out=carried_out)
    tenant.answer = groups
    assert make(graph)["displayName"] == "x"
    assert len(groups.there) == 1
    assert groups.posts == (1 if carried_out else 2)


def test_lost_answer_of_what_is_hidden_for_a_while_makes_one(graph: Graph, tenant: Tenant) -> None:
    """The object that was made is looked for as long as new ones stay hidden."""
    groups = Groups({1: busy}, carried_out=True, hidden=once.LOOKS - 2)
    tenant.answer = groups
    make(graph)
    assert (len(groups.there), groups.posts) == (1, 1)


def test_one_of_the_same_name_from_before_is_not_taken(graph: Graph, tenant: Tenant) -> None:
    """What was there before the first attempt is somebody else's."""
    groups = Groups({1: busy}, carried_out=False)
    groups.there.append({"id": "other", "displayName": "x"})
    tenant.answer = groups
    assert make(graph)["id"] != "other"
    assert len(groups.there) == 2


def test_throttled_is_asked_again(graph: Graph, tenant: Tenant) -> None:
    """429 says that nothing was done: no look is needed."""
    groups = Groups({1: lambda: error(429, "TooManyRequests", "later", **{"Retry-After": "0"})}, carried_out=False)
    tenant.answer = groups
    make(graph)
    assert tenant.calls("GET") == [f"GET {GROUPS}"], "only the look before the first attempt"


def test_reference_to_what_is_not_visible_yet_is_tried_again(graph: Graph, tenant: Tenant) -> None:
    """A refusal that names something unseen may pass."""
    groups = Groups({n: lambda: error(404, "Request_ResourceNotFound", "no") for n in (1, 2)}, carried_out=False)
    tenant.answer = groups
    make(graph)
    assert groups.posts == 3


def test_refusal_is_told_at_once(graph: Graph, tenant: Tenant) -> None:
    """What is wrong stays wrong; Graph's own words are passed on."""
    groups = Groups(
        {n: lambda: error(400, "Request_BadRequest", "no such thing.") for n in range(1, 9)}, carried_out=False
    )
    tenant.answer = groups
    with pytest.raises(GraphError, match=r"POST /v1.0/groups was refused \(400 Request_BadRequest: no such thing\)"):
        make(graph)
    assert groups.posts == 1


def test_no_answer_for_ever_is_told(graph: Graph, tenant: Tenant) -> None:
    """It ends some time."""
    groups = Groups(dict.fromkeys(range(1, 99), busy), carried_out=False)
    tenant.answer = groups
    with pytest.raises(Unanswered):
        make(graph)
    assert groups.posts == once.PATIENCE


def test_action_that_is_done_already_is_done(graph: Graph, tenant: Tenant) -> None:
    """After a lost answer, a refusal that says so means that the first attempt took effect."""
    answers = iter([busy(), error(400, "Request_BadRequest", "references already exist")])
    tenant.answer = lambda _: next(answers)
    asyncio.run(do_once(graph, "/v1.0/groups/1/members/$ref", {}, lambda said: "already exist" in said.message))


def test_action_that_was_not_done_by_us_is_refused(graph: Graph, tenant: Tenant) -> None:
    """Without a lost answer the same refusal is one."""
    tenant.answer = lambda _: error(400, "Request_BadRequest", "references already exist")
    with pytest.raises(GraphError):
        asyncio.run(do_once(graph, "/v1.0/groups/1/members/$ref", {}, lambda said: "already exist" in said.message))


@pytest.mark.requirement("IDM-3")
def test_password_whose_answer_was_lost_is_removed(graph: Graph, tenant: Tenant) -> None:
    """A password that nobody knows does not stay."""
    there: list[dict[str, str]] = []
    posts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"id": "1", "passwordCredentials": there})
        posts.append(request.url.path.rsplit("/", 1)[-1])
        if request.url.path.endswith("/removePassword"):
            there[:] = [each for each in there if each["keyId"] != json.loads(request.content)["keyId"]]
            return httpx.Response(204)
        there.append({"keyId": str(len(posts)), "displayName": "x"})
        return busy() if len(posts) == 1 else httpx.Response(200, json=there[-1] | {"secretText": "drawn"})

    tenant.answer = answer
    made = asyncio.run(Passwords().create(graph, {"applicationId": "/applications/1", "displayName": "x"}))
    assert posts == ["addPassword", "removePassword", "addPassword"]
    assert made.known == {"value": "drawn"}
    assert [each["keyId"] for each in there] == ["3"]
    assert "drawn" not in repr(made)


def test_token_that_ends_early_is_renewed_once(graph: Graph, tenant: Tenant) -> None:
    """A 401 is answered with a new token, and a second one is told."""
    refusals = iter([error(401, "InvalidAuthenticationToken", "expired")])
    tenant.answer = lambda _: next(refusals, httpx.Response(200, json={"id": "1"}))
    assert asyncio.run(graph.get("/v1.0/users/1")) == {"id": "1"}
    assert len(tenant.requests) - len(tenant.calls()) == 2, "tokens asked for"
    tenant.answer = lambda _: error(401, "InvalidAuthenticationToken", "expired")
    with pytest.raises(GraphError, match="InvalidAuthenticationToken"):
        asyncio.run(graph.get("/v1.0/users/1"))


def test_one_token_for_many_requests(graph: Graph, tenant: Tenant) -> None:
    """Requests that come side by side wait for one sign-in."""
    tenant.answer = lambda _: httpx.Response(200, json={"id": "1"})

    async def many() -> None:
        await asyncio.gather(*(graph.get(f"/v1.0/users/{number}") for number in range(20)))

    asyncio.run(many())
    assert len(tenant.requests) - len(tenant.calls()) == 1


def test_secret_is_in_no_error_and_no_repr(graph: Graph) -> None:
    """Nothing that is shown has the secret."""
    assert "secret" not in repr(graph.client).replace("client_secret", "")


def test_interrupted_ends_what_is_waited_for(graph: Graph, tenant: Tenant) -> None:
    """The engine's cancellation ends a wait at once, in a sentence."""
    tenant.answer = lambda _: httpx.Response(404)
    graph.stop.set()
    with pytest.raises(Interrupted, match="run the same command again"):
        asyncio.run(graph.visible("/v1.0/users/1"))


def test_pages_are_followed(graph: Graph, tenant: Tenant) -> None:
    """A collection is all its pages."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "skip" in str(request.url):
            return httpx.Response(200, json={"value": [{"id": "2"}]})
        link = "https://localhost:1/v1.0/users?skip=1"
        return httpx.Response(200, json={"value": [{"id": "1"}], "@odata.nextLink": link})

    tenant.answer = answer
    assert [each["id"] for each in asyncio.run(graph.list("/v1.0/users"))] == ["1", "2"]


def test_tenant_that_is_gone_is_told(graph: Graph, tenant: Tenant) -> None:
    """Not reachable, by name and address, and what to check."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    tenant.answer = answer
    with pytest.raises(NotReachable, match="tenant tenant at https://localhost:1 is not reachable"):
        asyncio.run(graph.get("/v1.0/users/1"))


def test_sign_in_that_is_refused_says_what_to_correct(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, tenant: Tenant
) -> None:
    """Microsoft's code becomes a sentence."""
    said = {"error": "invalid_client", "error_description": "AADSTS7000222: expired.\r\nTrace ID: x"}

    async def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json=said, request=request)

    monkeypatch.setattr(tenant, "handle_async_request", refuse)
    with pytest.raises(SignInRefused, match="the client secret has expired; make a new one and set ARM_CLIENT_SECRET"):
        asyncio.run(graph.sign_in())
