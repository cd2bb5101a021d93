"""What is told of copies: their age against the RPO, whole or not, in the zone and in the vault (BAK-1, BAK-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from operations.copies import SLACK, Copy, HostCopies, by_host, listed
from reference.backup_plan import Cadence
from reference.backup_service import BackupJob, door_of

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PATHS = ("/etc", "/srv")


def copies(
    local: Iterable[tuple[str, float]], vault: Iterable[tuple[str, float]], *, hourly: bool = False
) -> HostCopies:
    """Copies of folders by hours of age, in the zone and in the vault, of a host whose RPO is 24 h, or 1 h."""
    job = BackupJob(
        host="gis-x-web01",
        class_id="BAK-SERVERS",
        door=door_of("gislaved"),
        servers=("dc1-bak-01",),
        paths=PATHS,
        dump="",
        often=Cadence.HOURLY if hourly else Cadence.DAILY,
        rpo_hours=1 if hourly else 24,
        keep={Cadence.DAILY: 14},
        vault_keep={Cadence.WEEKLY: 5},
    )
    found = [
        Copy(job.host, store, path, NOW - timedelta(hours=age), files=1, size=1, failed=0)
        for store, each in (("local", local), ("vault", vault))
        for path, age in each
    ]
    return HostCopies(job, tuple(found))


def every(age: float) -> list[tuple[str, float]]:
    """A copy of each folder of that age."""
    return [(path, age) for path in PATHS]


LATE = SLACK[Cadence.DAILY] / timedelta(hours=1)


@pytest.mark.requirement("BAK-1", "BAK-2")
@pytest.mark.parametrize(
    ("local", "vault", "finding"),
    [
        (every(1), every(1), ""),
        (every(24 + LATE), every(24 + LATE), ""),
        (every(24.1 + LATE), every(1), "the newest copy is 28 h old, its RPO is 24 h"),
        (every(1), every(24.1 + LATE), "the vault's newest copy is 28 h old, it is to be a day at most"),
        (every(1), [], "no whole copy in the vault"),
        ([], every(1), "no whole copy in its zone"),
        ([("/etc", 1)], every(1), "no whole copy in its zone"),
        ([("/etc", 1), ("/srv", 30)], every(1), "the newest copy is 30 h old, its RPO is 24 h"),
        ([*every(100), *every(1)], every(1), ""),
    ],
    ids=[
        "fresh", "just_in_time", "older_than_the_rpo", "vault_too_old", "none_in_the_vault", "none_in_the_zone",
        "a_folder_is_missing", "a_folder_is_old", "old_ones_beside",
    ],
)  # fmt: skip
def test_copies_that_are_not_as_declared_are_told(
    local: list[tuple[str, float]], vault: list[tuple[str, float]], finding: str
):
    assert copies(local, vault).finding(NOW) == finding


@pytest.mark.requirement("BAK-1")
def test_what_is_copied_every_hour_may_be_late_by_minutes_only():
    assert copies(every(1.3), every(1.3), hourly=True).finding(NOW) == ""
    assert copies(every(1.4), every(1), hourly=True).finding(NOW) == "the newest copy is 1 h old, its RPO is 1 h"


def test_copies_are_told_of_the_host_that_they_are_of_and_of_no_other():
    one, other = (copies(every(1), []).job.model_copy(update={"host": name}) for name in ("a", "b"))
    found = [Copy(name, "local", "/etc", NOW, files=1, size=1, failed=0) for name in ("b", "a", "gone", "b")]
    assert [(each.job.host, len(each.copies)) for each in by_host([one, other], found)] == [("a", 1), ("b", 2)]


def test_a_copy_that_was_not_ended_is_none():
    summary = {"source": {"host": "a", "path": "/etc"}, "startTime": "2026-11-30T10:00:00Z"}
    whole = {**summary, "rootEntry": {"summ": {"size": 1, "files": 1}}}
    broken = {**summary, "incomplete": "canceled"}
    assert [copy.host for copy in listed("local", json.dumps([broken, whole]))] == ["a"]


def test_a_copy_is_read_as_kopia_tells_it():
    said = {
        "source": {"host": "gis-x-web01", "userName": "host", "path": "/etc"},
        "startTime": "2026-11-30T10:00:00.123456789Z",
        "rootEntry": {"summ": {"size": 12, "files": 3, "numFailed": 1}},
    }
    found = Copy.of("local", said)
    assert (found.host, found.path, found.files, found.size, found.failed) == ("gis-x-web01", "/etc", 3, 12, 1)
    assert found.taken.replace(microsecond=0) == datetime(2026, 11, 30, 10, tzinfo=UTC)
