"""The schema is whole: what it names is there."""

from __future__ import annotations

from lab.tenant import graph, schema
from lab.tenant.schema import Kind
from lab.tenant.values import PRIMITIVES

SCHEMA = schema.load()
KNOWN = {*PRIMITIVES, *SCHEMA.types, *SCHEMA.enums}


def named(kind: Kind) -> set[str]:
    lists = (kind.required, kind.defaults, kind.immutable, kind.read_only, kind.returned, kind.on_select)
    return {name for names in lists for name in names}


def test_every_type_is_known() -> None:
    for name, properties in [*SCHEMA.types.items(), *((kind.name, kind.properties) for kind in SCHEMA.kinds.values())]:
        for declared in properties.values():
            assert declared.strip("[]") in KNOWN, f"{name}: {declared}"


def test_every_property_that_a_rule_names_exists() -> None:
    for kind in SCHEMA.kinds.values():
        assert named(kind) <= set(kind.properties), f"{kind.name}: {named(kind) - set(kind.properties)}"


def test_relations_and_contained_kinds_exist() -> None:
    for kind in SCHEMA.kinds.values():
        for kinds in (*kind.relations.values(), tuple(kind.contained.values())):
            assert set(kinds) <= set(SCHEMA.kinds), kind.name


def test_no_operation_is_there_twice() -> None:
    """The first that fits answers: a second with the same method and path could never be reached."""
    seen: set[tuple[str, str]] = set()
    for operation in graph.operations():
        place = (operation.method, operation.path.replace("{child}", "{id}").replace("{type}", "{id}"))
        assert place not in seen, place
        seen.add(place)
