"""Copies of hosts as kopia tells of them, and what is wrong with those of a host, in words (BAK-1, BAK-2)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from reference.backup_plan import Cadence
from reference.backup_service import BackupJob

SLACK = {Cadence.HOURLY: timedelta(minutes=20), Cadence.DAILY: timedelta(hours=4)}
"""By how much a copy may be later than its RPO says: hosts are spread in time (the role's own figures), and a copy
takes a while."""


@dataclass(frozen=True)
class Copy:
    """One copy of one folder of a host: when it was taken, its files and bytes, and how many files are missing."""

    host: str
    store: str
    path: str
    taken: datetime
    files: int
    size: int
    failed: int

    @classmethod
    def of(cls, store: str, said: Mapping[str, Any]) -> Self:
        """A copy as kopia describes it."""
        summary = said["rootEntry"]["summ"]
        return cls(
            host=said["source"]["host"],
            store=store,
            path=said["source"]["path"],
            taken=datetime.fromisoformat(said["startTime"]),
            files=summary["files"],
            size=summary["size"],
            failed=summary.get("numFailed", 0),
        )


@dataclass(frozen=True)
class HostCopies:
    """What there is of one host, the newest copies by store and folder."""

    job: BackupJob
    copies: tuple[Copy, ...]

    def newest(self, store: str) -> datetime | None:
        """When the store's newest whole copy was taken, by its oldest folder; None where a folder has none."""
        newest: dict[str, datetime] = {}
        for copy in self.copies:
            if copy.store == store:
                newest[copy.path] = max(copy.taken, newest.get(copy.path, copy.taken))
        return min(newest.values()) if newest.keys() >= {*self.job.paths} else None

    def finding(self, now: datetime) -> str:
        """What is wrong, in words; empty where nothing is (BAK-1, BAK-2)."""
        local, vault = self.newest("local"), self.newest("vault")
        if local is None:
            return "no whole copy in its zone"
        if now - local > timedelta(hours=self.job.rpo_hours) + SLACK.get(self.job.often, SLACK[Cadence.DAILY]):
            return f"the newest copy is {hours(now - local)} h old, its RPO is {self.job.rpo_hours} h"
        if vault is None:
            return "no whole copy in the vault"
        if now - vault > timedelta(days=1) + SLACK[Cadence.DAILY]:
            return f"the vault's newest copy is {hours(now - vault)} h old, it is to be a day at most"
        return ""


def hours(span: timedelta) -> int:
    """A span of time in whole hours."""
    return int(span.total_seconds() // 3600)


def listed(store: str, said: str) -> Iterator[Copy]:
    """The whole copies in what kopia lists of a store (`snapshot list --json`)."""
    yield from (Copy.of(store, each) for each in json.loads(said) if not each.get("incomplete"))


def by_host(jobs: Iterable[BackupJob], found: Iterable[Copy]) -> tuple[HostCopies, ...]:
    """The copies of each job's host, in the jobs' order."""
    copies_of: dict[str, list[Copy]] = defaultdict(list)
    for copy in found:
        copies_of[copy.host].append(copy)
    return tuple(HostCopies(job, tuple(copies_of[job.host])) for job in jobs)
