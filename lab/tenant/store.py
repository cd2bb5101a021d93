"""Objects and their relations in one SQLite file; it knows nothing of what they mean."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL, visible REAL NOT NULL, deleted REAL, UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (kind, parent);
CREATE INDEX IF NOT EXISTS objects_by_id ON objects (id);
CREATE TABLE IF NOT EXISTS relations (
    seq INTEGER PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
    UNIQUE (source, name, target)
);
CREATE INDEX IF NOT EXISTS relations_by_target ON relations (target, name);
"""
"""WAL with synchronous=NORMAL: whole after a crash of the service, and fast (SQLite: write-ahead logging)."""

COLUMNS = "kind, id, parent, body, visible, deleted"


@dataclass(frozen=True)
class Record:
    """An object as it is stored; `visible` and `deleted` are seconds since the epoch."""

    kind: str
    id: str
    parent: str
    body: dict[str, Any]
    visible: float
    deleted: float | None


class Store:
    """The file. One connection, used by one request at a time."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Write everything into the one file and let it go."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what raises leaves no trace."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def insert(self, record: Record) -> None:
        """Add an object."""
        self._connection.execute(
            f"INSERT INTO objects ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - the columns are ours
            (record.kind, record.id, record.parent, json.dumps(record.body), record.visible, record.deleted),
        )

    def update(self, record: Record) -> None:
        """Write an object's body and its time of deletion anew."""
        self._connection.execute(
            "UPDATE objects SET body = ?, deleted = ? WHERE kind = ? AND id = ?",
            (json.dumps(record.body), record.deleted, record.kind, record.id),
        )

    def delete(self, record: Record) -> None:
        """Remove an object with what lives below it and all of its relations."""
        self._connection.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (record.kind, record.id))
        self._connection.execute("DELETE FROM objects WHERE parent = ?", (record.id,))
        self._connection.execute("DELETE FROM relations WHERE source = ? OR target = ?", (record.id, record.id))

    def get(self, kinds: Sequence[str], key: str) -> Record | None:
        """The object with this id among these kinds, deleted or not."""
        return next(iter(self._select(f"id = ? AND kind IN ({_marks(kinds)})", (key, *kinds))), None)

    def all(self, kinds: Sequence[str], parent: str | None = None) -> list[Record]:
        """All objects of these kinds (below `parent`), oldest first, deleted or not."""
        if parent is None:
            return self._select(f"kind IN ({_marks(kinds)})", kinds)
        return self._select(f"parent = ? AND kind IN ({_marks(kinds)})", (parent, *kinds))

    def having(self, kind: str, name: str, value: str) -> list[Record]:
        """All objects of a kind whose property has this value, in any case, deleted or not."""
        return self._select("kind = ? AND json_extract(body, '$.' || ?) = ? COLLATE NOCASE", (kind, name, value))

    def count(self) -> dict[str, int]:
        """How many objects there are of each kind, without deleted ones."""
        query = "SELECT kind, COUNT(*) FROM objects WHERE deleted IS NULL GROUP BY kind ORDER BY kind"
        return dict(self._connection.execute(query).fetchall())

    def relate(self, source: str, name: str, target: str) -> bool:
        """Add a relation; False if it was there."""
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO relations (source, name, target) VALUES (?, ?, ?)", (source, name, target)
        )
        return cursor.rowcount > 0

    def unrelate(self, source: str, name: str, target: str) -> bool:
        """Remove a relation; False if there was none."""
        cursor = self._connection.execute(
            "DELETE FROM relations WHERE source = ? AND name = ? AND target = ?", (source, name, target)
        )
        return cursor.rowcount > 0

    def targets(self, source: str, name: str) -> list[str]:
        """What an object refers to, oldest first."""
        query = "SELECT target FROM relations WHERE source = ? AND name = ? ORDER BY seq"
        return [row[0] for row in self._connection.execute(query, (source, name))]

    def sources(self, target: str, name: str) -> list[str]:
        """What refers to an object, oldest first."""
        query = "SELECT source FROM relations WHERE target = ? AND name = ? ORDER BY seq"
        return [row[0] for row in self._connection.execute(query, (target, name))]

    def _select(self, condition: str, values: Sequence[object]) -> list[Record]:
        query = f"SELECT {COLUMNS} FROM objects WHERE {condition} ORDER BY seq"  # noqa: S608 - conditions are ours
        return [
            Record(kind, key, parent, json.loads(body), visible, deleted)
            for kind, key, parent, body, visible, deleted in self._connection.execute(query, values)
        ]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
