"""What a kind of object has beyond its properties: a `Rules` per kind, whose methods the generic handlers call."""

from __future__ import annotations

from typing import Any

from lab.tenant.call import Call
from lab.tenant.store import Record


class Rules:
    """The rules of a kind without any of its own. Each method may refuse by raising a GraphError."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:
        """Check and complete (in place) the body of a new object."""

    def created(self, call: Call, record: Record) -> None:
        """Act on an object that was just made."""

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Check and complete (in place) changes to an object."""

    def deleting(self, call: Call, record: Record) -> None:
        """Check whether an object may go, and take along what goes with it."""

    def relating(self, call: Call, record: Record, name: str, target: Record) -> None:
        """Check a new relation."""

    def unrelating(self, call: Call, record: Record, name: str, target: str) -> None:
        """Check whether a relation may go."""

    def find(self, call: Call, key: str) -> str:  # noqa: ARG002 - for those that override it
        """The id of the object that a client names by `key`."""
        return key

    def show(self, call: Call, record: Record, body: dict[str, Any]) -> None:
        """Add (in place) to the body that goes out what follows from other objects."""


PLAIN = Rules()
