"""What kinds of objects there are and which properties they have: read from `schema/*.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DIRECTORY = Path(__file__).parent / "schema"

NAMESPACE = "#microsoft.graph."


@dataclass(frozen=True)
class Kind:
    """One entity type of Graph.

    `properties` maps a name to a type: a primitive, the name of an enum or complex type, or any of these in [].
    `returned` are the properties that come without being asked for; empty means all but `on_select`.
    `relations` maps a name to the kinds that it may refer to, `contained` a name to the kind that lives below.
    `verbs` are the HTTP methods that the collection at `path` and its members answer.
    """

    name: str
    path: str = ""
    aliases: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("GET", "POST", "PATCH", "DELETE")
    properties: Mapping[str, str] = field(default_factory=dict)
    subtypes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    immutable: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    write_only: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    on_select: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contained: Mapping[str, str] = field(default_factory=dict)
    singleton: bool = False
    soft_delete: bool = False
    directory_object: bool = False

    @property
    def odata_type(self) -> str:
        """Such as #microsoft.graph.group."""
        return NAMESPACE + self.name

    @property
    def odata_types(self) -> frozenset[str]:
        """Every type that an object of this kind may say that it has."""
        return frozenset(NAMESPACE + name for name in (self.subtypes or (self.name,)))

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the collection is."""
        return (self.path, *self.aliases) if self.path else ()


@dataclass(frozen=True)
class Schema:
    """All kinds, and the enums and complex types that their properties use."""

    kinds: Mapping[str, Kind]
    types: Mapping[str, Mapping[str, str]]
    enums: Mapping[str, frozenset[str]]

    @property
    def directory_objects(self) -> tuple[str, ...]:
        """The kinds that `/directoryObjects/{id}` finds."""
        return tuple(name for name, kind in self.kinds.items() if kind.directory_object)


@cache
def load() -> Schema:
    """The schema of this directory."""
    kinds: dict[str, Kind] = {}
    types: dict[str, Mapping[str, str]] = {}
    enums: dict[str, frozenset[str]] = {}
    for path in sorted(DIRECTORY.glob("*.yaml")):
        document = yaml.safe_load(path.read_text())
        kinds |= {name: _kind(name, entry) for name, entry in document.get("kinds", {}).items()}
        types |= document.get("types", {})
        enums |= {name: frozenset(values) for name, values in document.get("enums", {}).items()}
    return Schema(kinds, types, enums)


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    relations = {relation: tuple(kinds) for relation, kinds in entry.get("relations", {}).items()}
    return Kind(name=name, **(values | {"relations": relations}))
