"""Speaks Microsoft Graph with one tenant: waits when asked to, repeats what is safe to repeat, tells errors apart."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
from httpx_retries import Retry, RetryTransport

from lab.plugins.azuread.errors import GraphError, Interrupted, NotReachable, TooLong, Unanswered
from lab.plugins.azuread.sign_in import TIMEOUT, Client, ClientCredentials
from lab.plugins.azuread.surroundings import Surroundings

Json = dict[str, Any]
T = TypeVar("T")

ATTEMPTS = 12
BACKOFF = 0.2
LONGEST_WAIT = 10.0
"""Times a call is tried, and seconds of the first and the longest wait in between where no Retry-After names them."""

MOST_ASKED = 120.0
"""Seconds that are waited at most for one Retry-After; all waits of a request together, five times that."""

BUSY = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT, httpx.codes.BAD_GATEWAY)
"""Answers after which a write may have happened all the same."""

REPEATABLE = Retry(
    total=ATTEMPTS,
    backoff_factor=BACKOFF,
    max_backoff_wait=LONGEST_WAIT,
    total_timeout=5 * MOST_ASKED,
    allowed_methods=["GET", "PATCH", "PUT", "DELETE"],  # what leaves the same however often it is done
    status_forcelist=[httpx.codes.TOO_MANY_REQUESTS, *BUSY],
    # Not a refused connection: where nothing listens, nothing will in a moment.
    retry_on_exceptions=[httpx.TimeoutException, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError],
)

CONNECTIONS = httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=2.0)
"""Idle ones are closed before a server would: a POST on one that is just being closed is a POST without an answer."""

PATIENT = httpx.Timeout(TIMEOUT, pool=None)
"""Waiting for one of our own connections is no failure of the tenant's."""


class Graph:
    """A signed-in client of one tenant; its coroutines may run side by side.

    Attributes:
        client: who is signed in.
        address: Graph's address, as references to objects begin.
    """

    def __init__(self, surroundings: Surroundings, client: Client) -> None:
        self.client = client
        self.address = surroundings.graph
        self.stop = asyncio.Event()
        self._auth = ClientCredentials(client, surroundings.login, f"{surroundings.graph}/.default")
        network = httpx.AsyncHTTPTransport(verify=surroundings.trust, limits=CONNECTIONS)
        transport = RetryTransport(transport=network, retry=REPEATABLE)
        self._http = httpx.AsyncClient(
            base_url=surroundings.graph, auth=self._auth, transport=transport, timeout=PATIENT
        )
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def sign_in(self) -> None:
        """Get a first token, so that a wrong secret or tenant is known before anything else is asked.

        Raises:
            NotReachable: nothing answers.
            SignInRefused: no token is given.
        """
        try:
            self._auth.keep(await self._http.send(self._auth.ask(), auth=None))
        except httpx.HTTPError as error:
            raise self._not_reachable(error) from error

    @property
    def caller(self) -> str:
        """The object id of the application that is signed in."""
        return self._auth.object_id

    def reference(self, object_id: str, version: str = "v1.0") -> str:
        """The address by which relations name an object (`@odata.id`)."""
        return f"{self.address}/{version}/directoryObjects/{object_id}"

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[None]:
        """Keep others who name the same thing waiting."""
        async with self._locks[what]:
            yield

    async def get(self, path: str, **query: str) -> Json | None:
        """The object at `path` (with version, such as /v1.0/users/…); None where there is none.

        Raises:
            GraphError: refused for another reason than that it doesn't exist.
            NotReachable: no answer.
        """
        try:
            response = await self._http.get(path, params=query or None)
        except httpx.HTTPError as error:
            raise self._not_reachable(error) from error
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return _document(response)

    async def list(self, path: str, **query: str) -> list[Json]:
        """All objects of a collection, page by page; none where the collection's owner doesn't exist.

        Raises:
            GraphError, NotReachable: as `get`.
        """
        found: list[Json] = []
        page = await self.get(path, **query)
        while page is not None:
            found += page["value"]
            following = page.get("@odata.nextLink")
            page = await self.get(str(following)) if following else None
        return found

    async def write(self, method: str, path: str, body: Json | None = None) -> Json:
        """PATCH, PUT or DELETE, repeated until there is an answer; returns its document, {} for none.

        Raises:
            GraphError: refused.
            NotReachable: no answer.
        """
        try:
            return _document(await self._http.request(method, path, json=body))
        except httpx.HTTPError as error:
            raise self._not_reachable(error) from error

    async def delete(self, path: str) -> None:
        """DELETE what is at `path`; it may be gone already.

        Raises:
            GraphError: refused for another reason.
            NotReachable: no answer.
        """
        try:
            await self.write("DELETE", path)
        except GraphError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise

    async def until(self, look: Callable[[], Awaitable[T | None]], otherwise: str) -> T:
        """Look until there is something other than None or false, as the tenant shows what was written a little later.

        Raises:
            TooLong: `otherwise`; nothing came.
            Interrupted: the engine asked to stop.
        """
        for attempt in range(ATTEMPTS):
            if found := await look():
                return found
            await self.pause(attempt)
        raise TooLong(otherwise)

    async def visible(self, path: str) -> Json:
        """Wait until there is something at `path`; returns it.

        Raises:
            TooLong: nothing came.
        """
        return await self.until(
            lambda: self.get(path), f"{path}: was made and never came to be seen; look for it in the tenant"
        )

    async def gone(self, look: Callable[[], Awaitable[object]], what: str) -> None:
        """Wait until `look` finds nothing any more.

        Raises:
            TooLong: it stays.
        """

        async def is_gone() -> bool:
            return not await look()

        await self.until(is_gone, f"{what}: was removed and is still there; look at it in the tenant")

    async def post(self, path: str, body: Json) -> Json:
        """POST, repeated only where it surely did nothing (429); returns the answer's document, {} for none.

        Raises:
            GraphError: refused.
            Unanswered: it may have happened, or not.
        """
        for attempt in range(ATTEMPTS):
            try:
                response = await self._http.post(path, json=body)
            except httpx.ConnectError as error:
                raise self._not_reachable(error) from error
            except httpx.HTTPError as error:
                raise Unanswered(f"POST {path} at {self.address} got no answer ({type(error).__name__})") from error
            if response.status_code in BUSY:
                raise Unanswered(f"POST {path} at {self.address} got no answer but {response.status_code}")
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            await self.pause(attempt, response.headers.get("Retry-After"))
        return _document(response)

    async def pause(self, attempt: int, retry_after: str | None = None) -> None:
        """Wait before the next attempt: what the tenant asks for, or longer each time with a random part.

        Raises:
            Interrupted: the engine asked to stop.
        """
        backoff = random.uniform(0.5, 1.0) * min(BACKOFF * 2**attempt, LONGEST_WAIT)  # noqa: S311 - no secret
        seconds = min(float(retry_after), MOST_ASKED) if retry_after and retry_after.isdigit() else backoff
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)
        if self.stop.is_set():
            raise Interrupted("the run was interrupted; run the same command again to go on")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _not_reachable(self, error: httpx.HTTPError) -> NotReachable:
        return NotReachable(
            f"tenant {self.client.tenant_id} at {self.address} is not reachable ({error or type(error).__name__}); "
            "check that it runs: ggvv lab status"
        )


def _document(response: httpx.Response) -> Json:
    if response.is_error:
        raise _refusal(response)
    document: Json = response.json() if response.content else {}
    return document


def _refusal(response: httpx.Response) -> GraphError:
    call = f"{response.request.method} {response.request.url.path}"
    try:
        error = response.json()["error"]
        return GraphError(response.status_code, str(error["code"]), str(error["message"]), call)
    except (ValueError, KeyError, TypeError):
        return GraphError(response.status_code, "-", "no reason given", call)
