"""Restore tests: what is wrong with those of a class, in words (BAK-1, GOV-2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from operations.restore_tests import ClassTests, RestoreTest, by_class, written_down
from reference.backup_plan import BackupPlan

pytestmark = pytest.mark.requirement("BAK-1", "GOV-2")

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PLAN = BackupPlan.load()
SAID = {
    "class_id": "BAK-DIRECTORY",
    "at": "2026-11-30T12:00:00+00:00",
    "seconds": 2.5,
    "files": 3,
    "bytes": 4000,
    "error": "",
}


def of_class(*changes: dict[str, object]) -> ClassTests:
    """The tests of a class (its RTO is 4 h), each with changes."""
    tests = written_down(json.dumps({f"host-{number}": SAID | change for number, change in enumerate(changes)}))
    (found,) = by_class(PLAN, {"BAK-DIRECTORY"}, tests)
    return found


def test_a_test_is_read_with_its_units():
    (test,) = of_class({}).tests
    expected = RestoreTest("host-0", "BAK-DIRECTORY", NOW - timedelta(days=1), timedelta(seconds=2.5), 3, 4000, "")
    assert test == expected


def test_nothing_is_wrong_with_a_test_of_yesterday():
    assert of_class({}).finding(NOW) == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([], "no restore was tested yet; run: ggvv backup test"),
        ([{"error": "/etc: 1 files came back"}], "host-0 did not come back: /etc: 1 files came back"),
        ([{"at": "2026-08-01T12:00:00+00:00"}], "the last restore test is 122 days old, it may be 90"),
        ([{"seconds": 5 * 3600}], "host-0 took 5.0 h to come back, its RTO is 4 h"),
    ],
    ids=["none", "failed", "too_old", "slower_than_the_rto"],
)
def test_what_is_wrong_is_said(changes: list[dict[str, object]], sentence: str):
    assert of_class(*changes).finding(NOW) == sentence


def test_the_newest_test_is_the_age_of_all():
    assert of_class({"at": "2026-08-01T12:00:00+00:00"}, {}).finding(NOW) == ""


def test_a_host_that_failed_is_told_whatever_came_back_since():
    older = {"at": "2026-11-01T12:00:00+00:00", "error": "the vault has no copy of it"}
    assert of_class(older, {}).finding(NOW) == "host-0 did not come back: the vault has no copy of it"


def test_limits_are_the_plan_s_own_to_the_day_and_the_second():
    at = NOW - timedelta(days=PLAN.restore_test_days)
    assert of_class({"at": at.isoformat(), "seconds": 4 * 3600}).finding(NOW) == ""
    assert of_class({"at": (at - timedelta(seconds=1)).isoformat()}).finding(NOW) != ""
    assert of_class({"seconds": 4 * 3600 + 1}).finding(NOW) != ""


def test_classes_that_nothing_is_of_are_not_asked_for():
    assert [each.kept_as.id for each in by_class(PLAN, {"BAK-LOGS", "BAK-SERVERS"}, ())] == ["BAK-SERVERS", "BAK-LOGS"]
