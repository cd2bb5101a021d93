"""What came of restore tests: hosts of each class brought back, how long ago, and how fast (BAK-1, BAK-2, GOV-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from reference.backup_plan import BackupClass, BackupPlan

FILE = "/var/lib/ggvv-restore-tests/done.json"
"""Where a backup server writes them down (ansible/roles/backup_repository/files/ggvv-restore-test)."""


@dataclass(frozen=True)
class RestoreTest:
    """One host brought back: when it began, how long it took, its files and bytes; `error` is empty where all came."""

    host: str
    class_id: str
    at: datetime
    took: timedelta
    files: int
    size: int
    error: str

    @classmethod
    def of(cls, host: str, said: Mapping[str, Any]) -> Self:
        """A test as a backup server describes it."""
        return cls(
            host=host,
            class_id=said["class_id"],
            at=datetime.fromisoformat(said["at"]),
            took=timedelta(seconds=said["seconds"]),
            files=said["files"],
            size=said["bytes"],
            error=said["error"],
        )


@dataclass(frozen=True)
class ClassTests:
    """The last test of each host of one class: none may have failed, and the newest counts for all."""

    kept_as: BackupClass
    longest: timedelta
    tests: tuple[RestoreTest, ...]

    @property
    def newest(self) -> RestoreTest | None:
        """The newest test; None where there is none."""
        return max(self.tests, key=lambda test: test.at, default=None)

    def finding(self, now: datetime) -> str:
        """What is wrong, in words; empty where nothing is."""
        newest = self.newest
        if newest is None:
            return "no restore was tested yet; run: ggvv backup test"
        if failed := [test for test in self.tests if test.error]:
            return f"{failed[0].host} did not come back: {failed[0].error}"
        if now - newest.at > self.longest:
            return f"the last restore test is {(now - newest.at).days} days old, it may be {self.longest.days}"
        if newest.took > timedelta(hours=self.kept_as.rto_hours):
            hours = newest.took / timedelta(hours=1)
            return f"{newest.host} took {hours:.1f} h to come back, its RTO is {self.kept_as.rto_hours} h"
        return ""


def written_down(said: str) -> Iterator[RestoreTest]:
    """The tests in what a backup server wrote down."""
    yield from (RestoreTest.of(host, each) for host, each in json.loads(said).items())


def by_class(plan: BackupPlan, used: Iterable[str], tests: Iterable[RestoreTest]) -> tuple[ClassTests, ...]:
    """The tests of each class that is in use, in the plan's order."""
    ids, found = {*used}, tuple(tests)
    longest = timedelta(days=plan.restore_test_days)
    return tuple(
        ClassTests(each, longest, tuple(test for test in found if test.class_id == each.id))
        for each in plan.classes
        if each.id in ids
    )
