"""Memberships: an object in a group or an administrative unit, as a resource of its own or as a group's property."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Made
from lab.plugins.azuread.relations import add
from lab.plugins.azuread.values import Values


@dataclass(frozen=True)
class Membership:
    """The handler of a type whose resources are one object's place in one collection.

    Args:
        identity: the id's form, of the inputs; the last one is the member.
        path: the collection's path, with the same inputs.
        version: the API version that references are written in.
    """

    identity: Identity
    path: str
    version: str

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`."""
        await add(graph, self.path.format(**values), values["memberObjectId"], self.version)
        return Made(self.identity.template.format(**values))

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """Nothing is left to do."""

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:  # noqa: ARG002 - see `Handler`
        """See `kind.Handler`."""
        parts = self.identity.parts(identity)
        return dict(parts) if await self._is_member(graph, parts) else None

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """Nothing can be changed."""

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:  # noqa: ARG002 - see `Handler`
        """See `kind.Handler`."""
        parts = self.identity.parts(identity)
        path = self.path.format(**parts)
        await graph.delete(f"{path}/{parts['memberObjectId']}/$ref")
        await graph.gone(lambda: self._is_member(graph, parts), identity)

    async def _is_member(self, graph: Graph, parts: dict[str, str]) -> bool:
        member = parts["memberObjectId"]
        found = await graph.list(self.path.format(**parts), **{"$filter": f"id eq '{member}'"})
        return any(each["id"] == member for each in found)


UNITS = "/v1.0/directory/administrativeUnits/{}/members"


@dataclass(frozen=True)
class Units(Entity):
    """Groups, with the administrative units that they are in: a relation that is written from its other side."""

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """See `kind.Handler`."""
        await super().complete(graph, identity, values)
        await self._place(graph, identity, set(), set(values.get("administrativeUnitIds") or []))

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """See `kind.Handler`."""
        values, member_of = await asyncio.gather(
            super().read(graph, identity, prior), graph.list(f"{self.path(identity)}/memberOf")
        )
        if values is not None:
            units = (each for each in member_of if each.get("@odata.type") == "#microsoft.graph.administrativeUnit")
            values["administrativeUnitIds"] = sorted(each["id"] for each in units)
        return values

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """See `kind.Handler`."""
        await super().update(graph, identity, old, new)
        there, wanted = (set(values.get("administrativeUnitIds") or []) for values in (old, new))
        await self._place(graph, identity, there, wanted)

    async def _place(self, graph: Graph, identity: str, there: set[str], wanted: set[str]) -> None:
        group = self.identity.parts(identity)["id"]
        for unit in sorted(wanted - there):
            await add(graph, UNITS.format(unit), group, "v1.0")
        for unit in sorted(there - wanted):
            await graph.delete(f"{UNITS.format(unit)}/{group}/$ref")
