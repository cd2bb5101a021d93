"""Parts of nested documents by dotted paths, such as `web.implicitGrantSettings`; and paths of properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_INDEX = re.compile(r"\[\d+\]")


def get(document: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON
    """The part at `path`, or None where there is none."""
    part: Any = document
    for name in path.split("."):
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def nested(path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A document with nothing but `value` at `path`."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return dict(value)


def merged(into: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """`into` with `other` laid over it, object by object."""
    for name, value in other.items():
        here = into.get(name)
        into[name] = merged(here, value) if isinstance(here, dict) and isinstance(value, Mapping) else value
    return into


def without_indexes(path: str) -> str:
    """The path of a property whichever item of a list it is in: `appRoles[3].value` is `appRoles.value`."""
    return _INDEX.sub("", path)


def top(path: str) -> str:
    """The property of the resource that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def joined(path: str, name: str) -> str:
    """The path of a property inside the one at `path`."""
    return f"{path}.{name}" if path else name
