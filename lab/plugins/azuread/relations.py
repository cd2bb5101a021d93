"""Relations to other objects: members, owners, a manager (Microsoft Graph: `$ref`)."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from lab.plugins.azuread.errors import GraphError, Unanswered
from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.once import PATIENCE, refers_to_unseen
from lab.plugins.azuread.values import Values

ALREADY = "already exist"
"""What Graph says when a reference is there."""


@dataclass(frozen=True)
class Relation:
    """A property that lists the object ids on the other side of a relation.

    Args:
        name: the property.
        path: the relation's path, with `{id}` for the object that has it.
        version: the API version that references are written in.
        caller_first: Graph makes the object with the caller as an owner, who goes afterwards if it isn't named;
            otherwise who calls couldn't touch what it just made (Application.ReadWrite.OwnedBy).
        unless_named: what the tenant has is left alone where the property is left out.
    """

    name: str
    path: str
    version: str = "v1.0"
    caller_first: bool = False
    unless_named: bool = True

    def at_creation(self, graph: Graph, values: Values) -> Json:
        """What the object is made with."""
        if not self.caller_first:
            return {}
        named = [each for each in values.get(self.name) or [] if each != graph.caller]
        references = [graph.reference(each, self.version) for each in [graph.caller, *named[:19]]]
        return {f"{self.name}@odata.bind": references}

    async def complete(self, graph: Graph, object_id: str, values: Values) -> None:
        """Bring a new object's relation to what is declared."""
        if values.get(self.name) or (self.caller_first and not self.unless_named):
            await self.update(graph, object_id, values)

    async def read(self, graph: Graph, object_id: str) -> list[str]:
        """The object ids on the other side."""
        return sorted(each["id"] for each in await graph.list(self.path.format(id=object_id)))

    async def update(self, graph: Graph, object_id: str, values: Values) -> None:
        """Add what is missing and take away what is too much; nothing if the declaration leaves it to the tenant."""
        if self.unless_named and values.get(self.name) is None:
            return
        path, wanted = self.path.format(id=object_id), set(values.get(self.name) or [])
        there = set(await self.read(graph, object_id))
        for each in sorted(wanted - there):
            await add(graph, path, each, self.version)
        for each in sorted(there - wanted):
            await graph.delete(f"{path}/{each}/$ref")


async def add(graph: Graph, path: str, object_id: str, version: str) -> None:
    """Put an object into a relation; it may be in it already after an answer that never came.

    Raises:
        GraphError: refused, also after it was tried as long as new objects stay hidden.
        Unanswered: tried as often as it is tried, and no answer came.
    """
    body, unsure = {"@odata.id": graph.reference(object_id, version)}, False
    for attempt in range(PATIENCE):
        try:
            await graph.post(f"{path}/$ref", body)
        except Unanswered:
            unsure = True
            if attempt == PATIENCE - 1:
                raise
        except GraphError as error:
            if unsure and error.status == httpx.codes.BAD_REQUEST and ALREADY in error.message:
                return
            if not refers_to_unseen(error) or attempt == PATIENCE - 1:
                raise
        else:
            return
        await graph.pause(attempt)
