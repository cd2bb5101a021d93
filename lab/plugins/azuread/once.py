"""Makes exactly one: after an answer that never came it looks for what it made before it tries again (issue 4).

Before the first attempt it notes what of the same name is there; whatever of that name is there later, and wasn't
then, is its own. New objects are not at once visible, so it looks for a while.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from lab.plugins.azuread import paths
from lab.plugins.azuread.errors import GraphError, PluginError, TooLong, Unanswered
from lab.plugins.azuread.graph import Graph, Json

LOOKS = 7
"""Times it is looked for what may have been made: 6 to 13 s in all, since new objects are not at once visible."""

PATIENCE = 8
"""Times a write is tried while what it refers to is not visible yet, or no answer comes: 12 to 24 s in all."""

NOT_VISIBLE_YET = ("does not exist", "not found", "could not find", "notfound", "invalid reference")
"""What Graph says, in lower case, of a reference to what it can't see."""


@dataclass(frozen=True)
class Key:
    """What tells one of a collection from the others: properties (paths) of Graph's document.

    The first is asked for in the collection's `$filter`, unless `everything` has to be listed.
    """

    properties: tuple[str, ...]
    everything: bool = False

    async def find(self, graph: Graph, collection: str, body: Mapping[str, Any]) -> list[Json]:
        """All that have the same key as `body`."""
        first, wanted = self.properties[0], {path: paths.get(body, path) for path in self.properties}
        query = {} if self.everything else {"$filter": f"{first.replace('.', '/')} eq '{quoted(wanted[first])}'"}
        listed = await graph.list(collection, **query)
        return [each for each in listed if all(paths.get(each, path) == value for path, value in wanted.items())]

    def name(self, body: Mapping[str, Any]) -> str:
        """The key's values as one text."""
        return "|".join(str(paths.get(body, path)) for path in self.properties)


async def make_once(
    graph: Graph, path: str, body: Json, find: Callable[[], Awaitable[list[Json]]], mark: str = "id"
) -> Json:
    """POST `body` to `path` so that it takes effect once; returns what was made.

    Args:
        graph: the tenant.
        path: where to.
        body: the document.
        find: lists what may be the thing that is made.
        mark: the property that tells things in the list apart.

    Raises:
        GraphError: refused.
        Unanswered: tried as often as it is tried, and no answer came.
    """
    before = {each[mark] for each in await find()}
    refused: PluginError | None = None
    for attempt in range(PATIENCE):
        try:
            return await graph.post(path, body)
        except Unanswered as error:
            refused, unsure = error, True
        except GraphError as error:
            # After an unanswered attempt a refusal may well say that the thing is there already.
            refused, unsure = error, isinstance(refused, Unanswered)
            if not unsure and not refers_to_unseen(error):
                raise
        if unsure and (mine := await _appeared(graph, find, lambda each: each[mark] not in before)) is not None:
            return mine
        if isinstance(refused, GraphError):
            await graph.pause(attempt)
    raise refused or TooLong(f"POST {path}: was tried {PATIENCE} times without an answer")


async def _appeared(
    graph: Graph, find: Callable[[], Awaitable[list[Json]]], is_new: Callable[[Json], bool]
) -> Json | None:
    for look in range(LOOKS):
        if look:
            await graph.pause(look - 1)
        new = next(filter(is_new, await find()), None)
        if new is not None:
            return new
    return None


async def do_once(graph: Graph, path: str, body: Json, is_done: Callable[[GraphError], bool] = lambda _: False) -> None:
    """POST what leaves the same however often it is done, such as an action, until there is an answer.

    Args:
        graph: the tenant.
        path: where to.
        body: the document.
        is_done: whether a refusal, after an answer that never came, says that it is done already.

    Raises:
        GraphError: refused.
        Unanswered: tried as often as it is tried, and no answer came.
    """
    unsure, attempt = False, 0
    while True:
        try:
            await graph.post(path, body)
        except Unanswered:
            if attempt == PATIENCE:
                raise
            unsure = True
        except GraphError as error:
            if unsure and is_done(error):
                return
            if attempt == PATIENCE or not refers_to_unseen(error):
                raise
        else:
            return
        await graph.pause(attempt)
        attempt += 1


def refers_to_unseen(error: GraphError) -> bool:
    """Whether the refusal may pass when a new object that was referred to becomes visible."""
    if error.status == httpx.codes.NOT_FOUND:
        return True
    said = f"{error.code} {error.message}".lower()
    return error.status == httpx.codes.BAD_REQUEST and any(words in said for words in NOT_VISIBLE_YET)


def quoted(value: object) -> str:
    """A text inside the quotes of an OData filter (OData 4.01, part 2: a quote is doubled)."""
    return str(value).replace("'", "''")
