"""Keys in a path: Graph takes users('id') for users/id, and applications(appId='…') for a second key."""

from __future__ import annotations

import re

_SINGLE = re.compile(r"\('([^'/]+)'\)")
_NAMED = re.compile(r"\((\w+)='([^'/]+)'\)")


def with_key_segments(path: str) -> str:
    """The path with its keys as segments of their own; a named key becomes `name=value`."""
    if "(" not in path:
        return path
    return _NAMED.sub(r"/\1=\2", _SINGLE.sub(r"/\1", path))


def named(key: str) -> tuple[str, str] | None:
    """The name and value of a named key, or None where it is a plain id."""
    name, equals, value = key.partition("=")
    return (name, value) if equals and name.isidentifier() else None
