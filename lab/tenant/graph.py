"""All operations of Graph that this directory answers."""

from __future__ import annotations

from collections.abc import Iterator

from lab.tenant import groups, schema, users
from lab.tenant.operations import Operation, Resource
from lab.tenant.representation import Representation


def operations() -> list[Operation]:
    """Every operation, the special before the general: the first that fits a request answers it."""
    show = Representation()
    show.rules |= {"user": users.UserRules(), "group": groups.GroupRules()}
    return [*users.operations(show), *_generic(show)]


def _generic(show: Representation) -> Iterator[Operation]:
    """What follows from the schema alone."""
    kinds = schema.load().kinds
    for kind in kinds.values():
        for path in kind.paths:
            for name, child in kind.contained.items():
                yield from Resource(kinds[child], f"{path}/{{id}}/{name}", show, kind).operations()
            yield from Resource(kind, path, show).operations()
        for name in kind.relations:
            show.navigations[kind.name, name] = lambda call, record, name=name: call.directory.related(record, name)
