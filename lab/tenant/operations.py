"""The operations that a kind has by itself: list, create, read, change, delete, and the same for its relations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lab.tenant.call import NO_CONTENT, Answer, Call, Handler, key_of, reference
from lab.tenant.errors import GraphError, not_found
from lab.tenant.query import Query
from lab.tenant.representation import Representation
from lab.tenant.schema import Kind
from lab.tenant.store import Record

OBJECTS = "directoryObjects"

CAST = "microsoft.graph."

BIND = "@odata.bind"
"""What follows a relation's name in the body of a new object (OData JSON format 4.01, bind operation)."""


@dataclass(frozen=True)
class Operation:
    """What one method does at one path, such as POST groups/{id}/members/$ref."""

    method: str
    path: str
    handler: Handler


@dataclass(frozen=True)
class Resource:
    """The operations on one kind, at `path`; with a `parent`, below an object of that kind."""

    kind: Kind
    path: str
    show: Representation
    parent: Kind | None = None

    def operations(self) -> Iterator[Operation]:
        """All that the kind's verbs allow."""
        own, verbs = self.path if self.kind.singleton else f"{self.path}/{{{self._key}}}", self.kind.verbs
        if "GET" in verbs and not self.kind.singleton:
            yield Operation("GET", f"{self.path}/$count", self._count)
            yield Operation("GET", self.path, self._list)
        if "GET" in verbs:
            yield Operation("GET", own, self._get)
        if "POST" in verbs:
            yield Operation("POST", self.path, self._create)
        if "PATCH" in verbs:
            yield Operation("PATCH", own, self._update)
        if "DELETE" in verbs:
            yield Operation("DELETE", own, self._delete)
        for name in self.kind.relations:
            yield from self._relation(name, f"{own}/{name}")

    def resolve(self, call: Call) -> Record:
        """The object that the path names.

        Raises:
            GraphError: there is none that can be seen.
        """
        if self.kind.singleton:
            return call.directory.all(self.kind.name)[0]
        parent = self._parent(call)
        record = call.directory.get(self.kind.name, self.show.of(self.kind.name).find(call, call.keys[self._key]))
        if parent is not None and record.parent != parent.id:
            raise not_found(record.id)
        return record

    @property
    def _key(self) -> str:
        return "child" if self.parent else "id"

    def _parent(self, call: Call) -> Record | None:
        if self.parent is None:
            return None
        return call.directory.get(self.parent.name, self.show.of(self.parent.name).find(call, call.keys["id"]))

    def _records(self, call: Call) -> list[Record]:
        parent = self._parent(call)
        return call.directory.all(self.kind.name, parent.id if parent else None)

    def _list(self, call: Call) -> Answer:
        return self.show.page(call, self._records(call))

    def _count(self, call: Call) -> Answer:
        return count(call, self.show, self._records(call))

    def _get(self, call: Call) -> Answer:
        return Answer(body=described(call, self.show, self.resolve(call), call.query))

    def _create(self, call: Call) -> Answer:
        record = create(call, self.show, self.kind, self._parent(call))
        return Answer(HTTPStatus.CREATED, described(call, self.show, record, Query()))

    def _update(self, call: Call) -> Answer:
        record = self.resolve(call)
        changes = call.directory.changes(record, call.body)
        targets = bound(changes)
        self.show.of(record.kind).changing(call, record, changes)
        record = call.directory.change(record, changes)
        for name, keys in targets.items():
            for key in keys:
                relate(call, self.show, record, name, key)
        return NO_CONTENT

    def _delete(self, call: Call) -> Answer:
        record = self.resolve(call)
        self.show.of(record.kind).deleting(call, record)
        call.directory.remove(record)
        return NO_CONTENT

    def _relation(self, name: str, path: str) -> Iterator[Operation]:
        def related(call: Call) -> list[Record]:
            return call.directory.related(self.resolve(call), name)

        def link(call: Call) -> Answer:
            relate(call, self.show, self.resolve(call), name, reference(call))
            return NO_CONTENT

        def unlink(call: Call) -> Answer:
            record = self.resolve(call)
            self.show.of(record.kind).unrelating(call, record, name, call.keys["target"])
            call.directory.unrelate(record, name, call.keys["target"])
            return NO_CONTENT

        yield from collection(path, related, self.show)
        yield Operation("POST", f"{path}/$ref", link)
        yield Operation("DELETE", f"{path}/{{target}}/$ref", unlink)


def collection(path: str, records: Callable[[Call], list[Record]], show: Representation) -> Iterator[Operation]:
    """Reading a collection of directory objects: whole, as references, as a number, and cast to one type."""

    def cast(call: Call) -> list[Record]:
        wanted = call.keys["type"].removeprefix(CAST)
        if not call.keys["type"].startswith(CAST) or wanted not in call.directory.schema.kinds:
            raise not_found(call.keys["type"])
        return [record for record in records(call) if record.kind == wanted]

    def references(call: Call) -> Answer:
        found = [{"@odata.id": f"{call.root}/{OBJECTS}/{record.id}"} for record in records(call)]
        return Answer(body={"value": found})

    yield Operation("GET", path, lambda call: show.page(call, records(call)))
    yield Operation("GET", f"{path}/$ref", references)
    yield Operation("GET", f"{path}/$count", lambda call: count(call, show, records(call)))
    yield Operation("GET", f"{path}/{{type}}", lambda call: show.page(call, cast(call)))


def count(call: Call, show: Representation, records: list[Record]) -> Answer:
    """A number alone; the directory counts only for who can wait (Microsoft Graph: advanced query capabilities)."""
    if not call.query.eventual:
        raise GraphError("$count is not currently supported.")
    return Answer(body=show.number(call, records))


def create(call: Call, show: Representation, kind: Kind, parent: Record | None) -> Record:
    """Make the object that the request's body describes, with the relations that it binds."""
    body = call.directory.new_body(kind, call.body)
    targets = bound(body)
    rules = show.of(kind.name)
    rules.creating(call, body, parent)
    key = body.pop("id", None)  # the rules may choose it; what the client sent for it is gone
    record = call.directory.add(kind.name, body, parent.id if parent else "", key)
    for name, keys in targets.items():
        for key in keys:
            relate(call, show, record, name, key)
    rules.created(call, record)
    return call.directory.again(record)


def relate(call: Call, show: Representation, record: Record, name: str, key: str) -> None:
    """Add a relation to the directory object with this id."""
    kinds = call.directory.kind(record.kind).relations[name]
    target = call.directory.get(call.directory.schema.directory_objects, key)
    if target.kind not in kinds:
        raise GraphError(f"The object '{key}' is a {target.kind}; '{name}' takes only {', '.join(kinds)}.")
    show.of(record.kind).relating(call, record, name, target)
    call.directory.relate(record, name, target)


def bound(body: dict[str, Any]) -> dict[str, list[str]]:
    """Take the `…@odata.bind` out of a body: the ids by relation."""
    names = [name for name in body if name.endswith(BIND)]
    return {name.removesuffix(BIND): [key_of(url) for url in body.pop(name)] for name in names}


def described(call: Call, show: Representation, record: Record, query: Query) -> dict[str, Any]:
    """One object with its context."""
    context = f"{call.root}/$metadata#{record.kind}/$entity"
    return {"@odata.context": context, **show.one(call, record, query)}
