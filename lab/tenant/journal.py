"""What the tenant was asked lately: for its log and its status page. Paths and ids, never bodies or queries."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

LOG = logging.getLogger("lab.tenant")

KEPT = 50
"""How many requests the status page shows."""


@dataclass(frozen=True)
class Entry:
    """One request: its answer's status, and how long it took."""

    method: str
    path: str
    status: int
    milliseconds: float


class Journal:
    """The last requests, newest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self.total = 0

    def note(self, entry: Entry) -> None:
        """Keep a request, and write it to the log."""
        self._entries.appendleft(entry)
        self.total += 1
        LOG.info("%s %s %d %.1f ms", entry.method, entry.path, entry.status, entry.milliseconds)

    def last(self) -> Iterable[Entry]:
        """The requests that are kept."""
        return tuple(self._entries)
