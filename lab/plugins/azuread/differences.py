"""Compares what is there with what is declared, property by property, as the provider behind the plugin does.

Lists are sets to Graph, so order never matters. What is left out, and what says as much as leaving it out ("", 0,
false, []), is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from lab.plugins.azuread import paths
from lab.plugins.azuread.values import UNKNOWN, has_unknown, is_empty


class Change(Enum):
    """What is to be done with a property."""

    ADD = auto()
    UPDATE = auto()
    DELETE = auto()


@dataclass(frozen=True)
class Difference:
    """One property that is not as declared; `path` as the engine writes it, such as `web.redirectUris[1]`."""

    path: str
    change: Change


def differences(old: Any, new: Any, computed: frozenset[str], path: str = "") -> Iterator[Difference]:  # noqa: ANN401
    """What has to change for `old` to become `new`.

    Args:
        old: the values that are there.
        new: those that are declared.
        computed: paths, without indexes, of what the tenant decides where the declaration leaves it out.
        path: where the two stand in the resource.
    """
    if new is None and paths.without_indexes(path) in computed:
        return
    if is_empty(old) and is_empty(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _objects(old, new, computed, path)
    elif isinstance(old, Mapping) and new is None:
        if any(_objects(old, {}, computed, path)):
            yield Difference(path, Change.DELETE)
    elif isinstance(new, Mapping) and old is None:
        if any(_objects({}, new, computed, path)):
            yield Difference(path, Change.ADD)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _sets(old, new, computed, path)
    elif new is UNKNOWN or old != new:
        yield Difference(path, Change.ADD if is_empty(old) else Change.DELETE if is_empty(new) else Change.UPDATE)


def _objects(
    old: Mapping[str, Any], new: Mapping[str, Any], computed: frozenset[str], path: str
) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        yield from differences(old.get(name), new.get(name), computed, paths.joined(path, name))


def _sets(old: list[Any], new: list[Any], computed: frozenset[str], path: str) -> Iterator[Difference]:
    """Equal items are as they should be; of the rest, those with the same id, or else the same place, are compared."""
    gone, come = dict(enumerate(old)), dict(enumerate(new))
    for position, item in enumerate(new):
        same = next((at for at, other in gone.items() if _same(other, item, computed, path)), None)
        if same is not None:
            del gone[same], come[position]
    for position, item in list(come.items()):
        alike = (at for at, other in gone.items() if _identity(other) and _identity(other) == _identity(item))
        partner = next(alike, position if position in gone and not _identity(item) else None)
        if partner is not None:
            yield from differences(gone.pop(partner), item, computed, f"{path}[{position}]")
            del come[position]
    for position in sorted({*gone, *come}):
        replaced = position in gone and position in come
        change = Change.UPDATE if replaced else Change.ADD if position in come else Change.DELETE
        yield Difference(f"{path}[{position}]", change)


def _same(old: Any, new: Any, computed: frozenset[str], path: str) -> bool:  # noqa: ANN401 - any property value
    return not has_unknown(new) and next(differences(old, new, computed, path), None) is None


def _identity(item: Any) -> str:  # noqa: ANN401 - any property value
    """What tells an object in a list from the others, or "" if nothing does."""
    if not isinstance(item, Mapping):
        return ""
    return next((str(item[name]) for name in ("id", "resourceAppId", "name", "objectId") if name in item), "")
