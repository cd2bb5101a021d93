"""How a resource's properties stand in Graph's documents, as data: each field writes and reads one of them.

`write` takes the SDK's values and gives a part of Graph's document; `read` takes Graph's document and gives a part of
the SDK's values. A description is a tuple of fields; a nested object is a field with fields of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lab.plugins.azuread import paths
from lab.plugins.azuread.values import Values, is_empty

Json = dict[str, Any]


class Field(Protocol):
    """One property, or a few that belong together."""

    def write(self, values: Values) -> Json:
        """Its part of Graph's document."""

    def read(self, entity: Json) -> Values:
        """Its part of the values, nothing where Graph's document has nothing."""


def write(fields: Iterable[Field], values: Values) -> Json:
    """Graph's document for these values."""
    body: Json = {}
    for field in fields:
        paths.merged(body, field.write(values))
    return body


def read(fields: Iterable[Field], entity: Json) -> Values:
    """The values that Graph's document holds."""
    values: Values = {}
    for field in fields:
        values |= field.read(entity)
    return values


@dataclass(frozen=True)
class Plain:
    """The same value on both sides.

    Args:
        name: the SDK's name.
        path: where it stands in Graph's document, if not under the same name.
        empty: what is written where the value is left out; `...` leaves it out there too.
    """

    name: str
    path: str = ""
    empty: Any = None

    def write(self, values: Values) -> Json:
        """See `Field`."""
        value = values.get(self.name)
        if is_empty(value) and value is not False and value != 0:
            if self.empty is ...:
                return {}
            value = self.empty
        return paths.nested(self.path or self.name, value)

    def read(self, entity: Json) -> Values:
        """See `Field`."""
        value = paths.get(entity, self.path or self.name)
        return {} if value is None else {self.name: value}


@dataclass(frozen=True)
class Given:
    """What the tenant decides and the values only show."""

    name: str
    path: str = ""

    def write(self, values: Values) -> Json:  # noqa: ARG002 - see `Field`
        """Nothing: it can't be written."""
        return {}

    def read(self, entity: Json) -> Values:
        """See `Field`."""
        return Plain(self.name, self.path).read(entity)


@dataclass(frozen=True)
class Always:
    """What Graph wants to be told and the values don't hold, such as `@odata.type`."""

    name: str
    value: Any

    def write(self, values: Values) -> Json:  # noqa: ARG002 - see `Field`
        """See `Field`."""
        return {self.name: self.value}

    def read(self, entity: Json) -> Values:  # noqa: ARG002 - see `Field`
        """Nothing."""
        return {}


@dataclass(frozen=True)
class Block:
    """A nested object. Graph's document has its fields at `path`, or beside the others where that is "".

    With `whole`, leaving the object out writes null; without, it writes each field's empty value.
    """

    name: str
    path: str
    fields: tuple[Field, ...]
    whole: bool = True

    def write(self, values: Values) -> Json:
        """See `Field`."""
        value = values.get(self.name)
        if self.whole and is_empty(value):
            return paths.nested(self.path, None)
        body = write(self.fields, value or {})
        return paths.nested(self.path, body) if self.path else body

    def read(self, entity: Json) -> Values:
        """See `Field`."""
        part = paths.get(entity, self.path) if self.path else entity
        value = read(self.fields, part or {})
        return {} if is_empty(value) else {self.name: value}


@dataclass(frozen=True)
class Blocks:
    """A list of nested objects."""

    name: str
    path: str
    fields: tuple[Field, ...]

    def write(self, values: Values) -> Json:
        """See `Field`."""
        return paths.nested(self.path, [write(self.fields, item) for item in values.get(self.name) or []])

    def read(self, entity: Json) -> Values:
        """See `Field`."""
        items = paths.get(entity, self.path) or []
        return {self.name: [read(self.fields, item) for item in items]}


@dataclass(frozen=True)
class Special:
    """Properties that stand differently on the two sides: one function for each direction."""

    writer: Callable[[Mapping[str, Any]], Json]
    reader: Callable[[Mapping[str, Any]], Values]

    def write(self, values: Values) -> Json:
        """See `Field`."""
        return self.writer(values)

    def read(self, entity: Json) -> Values:
        """See `Field`."""
        return self.reader(entity)


def plain(*names: str, empty: Any = None) -> tuple[Plain, ...]:  # noqa: ANN401 - any JSON
    """Several plain fields under the same names on both sides."""
    return tuple(Plain(name, empty=empty) for name in names)


def given(*names: str) -> tuple[Given, ...]:
    """Several fields that the tenant decides, under the same names on both sides."""
    return tuple(Given(name) for name in names)
