"""The tenant as one request sees it: objects by kind, their relations, and the rules that each kind has."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab.tenant.errors import GraphError, not_found
from lab.tenant.schema import Kind, Schema
from lab.tenant.store import Record, Store
from lab.tenant.values import check_body

KEEP = datetime.timedelta(days=30)
"""How long a deleted object can be restored (Microsoft Graph: deleted items)."""


@dataclass(frozen=True)
class Directory:
    """Reads and writes within one transaction.

    `now` is in seconds since the epoch; what is made now can be seen `delay` seconds later.
    """

    store: Store
    schema: Schema
    now: float
    delay: float = 0.0

    def kind(self, name: str) -> Kind:
        """The kind of that name."""
        return self.schema.kinds[name]

    def timestamp(self, days: int = 0) -> str:
        """Now, or `days` later, as Graph writes it."""
        moment = datetime.datetime.fromtimestamp(self.now, datetime.UTC) + datetime.timedelta(days=days)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def visible(self, record: Record | None) -> bool:
        """Whether a request may see the object."""
        return record is not None and record.deleted is None and record.visible <= self.now

    def find(self, kinds: str | Iterable[str], key: str) -> Record | None:
        """The object with this id, or None where there is none that can be seen."""
        record = self.store.get((kinds,) if isinstance(kinds, str) else tuple(kinds), key)
        return record if self.visible(record) else None

    def get(self, kinds: str | Iterable[str], key: str) -> Record:
        """The object with this id.

        Raises:
            GraphError: there is none that can be seen.
        """
        record = self.find(kinds, key)
        if record is None:
            raise not_found(key)
        return record

    def all(self, kinds: str | Iterable[str], parent: str | None = None) -> list[Record]:
        """All objects that can be seen, oldest first."""
        found = self.store.all((kinds,) if isinstance(kinds, str) else tuple(kinds), parent)
        return [record for record in found if self.visible(record)]

    def having(self, kind: str, name: str, value: str) -> list[Record]:
        """All objects of a kind whose property has this value, in any case; those not yet to be seen among them."""
        return [record for record in self.store.having(kind, name, value) if record.deleted is None]

    def deleted(self, key: str | None = None) -> list[Record]:
        """What was deleted and can be restored (the one with this id)."""
        kinds = [name for name, kind in self.schema.kinds.items() if kind.soft_delete]
        oldest = self.now - KEEP.total_seconds()
        return [
            record
            for record in self.store.all(kinds)
            if record.deleted is not None and record.deleted > oldest and key in (None, record.id)
        ]

    def add(self, kind: str, body: Mapping[str, Any], parent: str = "", key: str | None = None) -> Record:
        """Make an object."""
        record = Record(kind, key or str(uuid.uuid4()), parent, dict(body), self.now + self.delay, None)
        self.store.insert(record)
        return record

    def again(self, record: Record) -> Record:
        """The object as it is now, even while it can't be seen yet."""
        return self.store.get((record.kind,), record.id) or record

    def change(self, record: Record, changes: Mapping[str, Any]) -> Record:
        """Change some of an object's properties; within a complex value, what isn't named stays as it is."""
        changed = replace(record, body=merge(record.body, changes))
        self.store.update(changed)
        return changed

    def remove(self, record: Record) -> None:
        """Delete an object: for good, or so that it can be restored."""
        if self.kind(record.kind).soft_delete and record.deleted is None:
            self.store.update(replace(record, deleted=self.now))
        else:
            self.store.delete(record)

    def restore(self, record: Record) -> Record:
        """Bring a deleted object back."""
        restored = replace(record, deleted=None)
        self.store.update(restored)
        return restored

    def related(self, record: Record, name: str, kinds: Iterable[str] | None = None) -> list[Record]:
        """What an object's relation refers to, as far as it can be seen."""
        kinds = tuple(kinds or self.kind(record.kind).relations[name])
        found = (self.find(kinds, target) for target in self.store.targets(record.id, name))
        return [target for target in found if target is not None]

    def referring(self, record: Record, name: str, kinds: Iterable[str]) -> list[Record]:
        """The objects of these kinds whose relation refers to this one."""
        kinds = tuple(kinds)
        found = (self.find(kinds, source) for source in self.store.sources(record.id, name))
        return [source for source in found if source is not None]

    def relate(self, record: Record, name: str, target: Record) -> None:
        """Add a relation.

        Raises:
            GraphError: it is there already.
        """
        if not self.store.relate(record.id, name, target.id):
            raise GraphError(
                f"One or more added object references already exist for the following modified properties: '{name}'."
            )

    def unrelate(self, record: Record, name: str, target: str) -> None:
        """Remove a relation.

        Raises:
            GraphError: there is none.
        """
        if not self.store.unrelate(record.id, name, target):
            raise not_found(target)

    def new_body(self, kind: Kind, body: object) -> dict[str, Any]:
        """What a client sends to make an object: checked, with defaults, without what Graph itself says.

        Raises:
            GraphError: unknown, mistyped or missing properties.
        """
        checked = check_body(self.schema, kind, body)
        for name in kind.required:
            if checked.get(name) in (None, ""):
                raise GraphError(f"A value is required for property '{name}' of resource '{kind.name.capitalize()}'.")
        given = {name: value for name, value in checked.items() if name not in (*kind.read_only, "id")}
        times = {"createdDateTime": self.timestamp()} if "createdDateTime" in kind.properties else {}
        return {**kind.defaults, **times, **given}

    def changes(self, record: Record, body: object) -> dict[str, Any]:
        """What a client sends to change an object: checked, without what Graph itself says.

        Raises:
            GraphError: unknown or mistyped properties, a required one taken away, or one that can't be changed.
        """
        kind = self.kind(record.kind)
        checked = check_body(self.schema, kind, body)
        for name in kind.required:
            if name in checked and checked[name] in (None, ""):
                raise GraphError(f"A value is required for property '{name}' of resource '{kind.name.capitalize()}'.")
        for name in kind.immutable:
            if name in checked and checked[name] != record.body.get(name):
                raise GraphError(f"Property '{name}' is read-only and cannot be set after the object was created.")
        return {name: value for name, value in checked.items() if name not in (*kind.read_only, "id")}


def merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with the values of `new`; complex values are merged, collections replaced (OData 4.01, part 1, update)."""
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        merged[name] = merge(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged
