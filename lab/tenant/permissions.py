"""Which application permissions a request needs: read from `data/permissions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lab.tenant.errors import denied

TABLE = Path(__file__).parent / "data" / "permissions.yaml"


@dataclass(frozen=True)
class Needed:
    """For one part of Graph: any one of `read` lets read, any one of `write` lets write."""

    path: str
    read: frozenset[str]
    write: frozenset[str]

    def allows(self, method: str, permissions: frozenset[str]) -> bool:
        """Whether a caller with these permissions may send such a request."""
        return bool((self.read if method == "GET" else self.write) & permissions)


@cache
def needed(path: str) -> Needed:
    """What a path (as its operation is written, such as groups/{id}/members) needs: the longest entry that fits.

    Raises:
        KeyError: the table has no entry for it.
    """
    fitting = [entry for entry in _table() if _fits(entry.path.split("/"), path.split("/"))]
    if not fitting:
        raise KeyError(path)
    return max(fitting, key=lambda entry: len(entry.path.split("/")))


def check(path: str, method: str, permissions: frozenset[str]) -> None:
    """Refuse who lacks the permission.

    Raises:
        GraphError: 403 Authorization_RequestDenied.
    """
    if not needed(path).allows(method, permissions):
        raise denied()


def _fits(pattern: list[str], path: list[str]) -> bool:
    return len(pattern) <= len(path) and all(part in ("*", found) for part, found in zip(pattern, path, strict=False))


@cache
def _table() -> tuple[Needed, ...]:
    entries: Mapping[str, Any] = yaml.safe_load(TABLE.read_text())
    return tuple(
        Needed(path, frozenset(entry["read"]) | frozenset(entry["write"]), frozenset(entry["write"]))
        for path, entry in entries.items()
    )
