"""Relations to other objects: members, owners, a manager (Microsoft Graph: `$ref`)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.once import do_once
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
    """Put an object into a relation.

    Raises:
        GraphError: refused.
        Unanswered: tried as often as it is tried, and no answer came.
    """
    body = {"@odata.id": graph.reference(object_id, version)}
    await do_once(graph, f"{path}/$ref", body, lambda error: ALREADY in error.message)
