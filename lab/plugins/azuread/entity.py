"""Objects of a Graph collection: most resource types are one, described as data."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from lab.plugins.azuread import fields
from lab.plugins.azuread.fields import Field
from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Made
from lab.plugins.azuread.once import Key, make_once
from lab.plugins.azuread.relations import Relation
from lab.plugins.azuread.values import Values

TYPE = "@odata.type"
"""What kind of object a document is; Graph wants it with every change of some."""


@dataclass(frozen=True)
class Entity:
    """The handler of a type whose resources are objects of one collection.

    Args:
        identity: the id's form; `{id}` is Graph's own id, other parts are inputs of the same name.
        collection: the collection's path, with the same parts.
        fields: how the properties stand in Graph's document.
        key: what tells one from another before an id is known.
        created_with: fields that Graph takes at the creation only.
        more: further paths that are read, since Graph tells their properties only when asked.
        later: fields that Graph takes only once the object is there, by the path to PATCH.
        relations: properties that are relations to other objects.
        kept: properties that Graph doesn't tell; they stay what they were.
        one_at_a_time: Graph takes about one write per second of this kind, so there is one at a time.
    """

    identity: Identity
    collection: str
    fields: tuple[Field, ...]
    key: Key
    created_with: tuple[Field, ...] = ()
    more: tuple[str, ...] = ()
    later: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    kept: tuple[str, ...] = ()
    one_at_a_time: bool = False

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`."""
        parts = {name: value for name, value in values.items() if isinstance(value, str)}
        collection = self.collection.format(**parts)
        body = fields.write((*self.fields, *self.created_with), values)
        for relation in self.relations:
            body |= relation.at_creation(graph, values)
        async with AsyncExitStack() as alone:
            await alone.enter_async_context(graph.alone(f"{collection}|{self.key.name(body)}"))
            if self.one_at_a_time:
                await alone.enter_async_context(graph.alone(self.collection))
            made = await make_once(graph, collection, body, lambda: self.key.find(graph, collection, body))
        return Made(self.identity.template.format(**parts | {"id": made["id"]}))

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """See `kind.Handler`."""
        parts = self.identity.parts(identity)
        if self.later or self.relations:
            await graph.visible(self.path(identity))
        for path, later in self.later.items():
            if body := _given(fields.write(later, values)):
                await graph.write("PATCH", path.format(**parts), body)
        for relation in self.relations:
            await relation.complete(graph, parts["id"], values)

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """See `kind.Handler`."""
        parts = self.identity.parts(identity)
        entity = await graph.get(self.path(identity))
        if entity is None:
            return None
        details = await asyncio.gather(*(graph.get(path.format(**parts)) for path in self.more))
        for detail in details:
            entity |= detail or {}
        related = await asyncio.gather(*(relation.read(graph, parts["id"]) for relation in self.relations))
        values = {name: value for name, value in prior.items() if name in self.kept}
        values |= {name: value for name, value in parts.items() if name != "id"}
        values |= fields.read((*self.fields, *self.created_with, *self._later_fields()), entity)
        values |= {relation.name: found for relation, found in zip(self.relations, related, strict=True)}
        return values

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """See `kind.Handler`."""
        parts = self.identity.parts(identity)
        async with AsyncExitStack() as alone:
            if self.one_at_a_time:
                await alone.enter_async_context(graph.alone(self.collection))
            for path, part in {self.path(identity): self.fields, **self.later}.items():
                body = changed(fields.write(part, old), fields.write(part, new))
                if body:
                    await graph.write("PATCH", path.format(**parts), body)
        for relation in self.relations:
            await relation.update(graph, parts["id"], new)

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:  # noqa: ARG002 - see `kind.Handler`
        """See `kind.Handler`."""
        path = self.path(identity)
        async with AsyncExitStack() as alone:
            if self.one_at_a_time:
                await alone.enter_async_context(graph.alone(self.collection))
            await remove(graph, path)

    def path(self, identity: str) -> str:
        """Where Graph has the object of this id."""
        parts = self.identity.parts(identity)
        return f"{self.collection.format(**parts)}/{parts['id']}"

    def _later_fields(self) -> tuple[Field, ...]:
        return tuple(each for part in self.later.values() for each in part)


async def remove(graph: Graph, path: str) -> None:
    """Delete what is at `path` and wait until it is gone; it may be gone already."""
    await graph.delete(path)
    await graph.gone(lambda: graph.get(path), path)


def changed(old: Json, new: Json) -> Json:
    """The properties of `new` that `old` has otherwise; Graph takes a nested object only as a whole."""
    different = {name: value for name, value in new.items() if old.get(name) != value}
    return different and {TYPE: new[TYPE]} | different if TYPE in new else different


def _given(body: Json) -> Json:
    return {name: value for name, value in body.items() if value is not None}
