"""What a check of something deployed answers: one of three, never a guess (GOV-2, GOV-3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import Field

from reference.model import Model


class Outcome(StrEnum):
    """The three answers; what was not assessed has not passed."""

    PASS = "pass"  # noqa: S105 - an answer, not a password
    FAIL = "fail"
    NOT_ASSESSED = "not assessed"


_WORST_FIRST = (Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS)


class Result(Model):
    """One answer of one check.

    `subject` is what the answer is about; empty where it is about all that the check looks at. `seen` says of a
    check that was not assessed why.
    """

    check: str = Field(pattern=r"^[A-Z]+-[A-Z]+-[a-z0-9-]+$")
    title: str
    requirements: tuple[str, ...] = Field(min_length=1)
    outcome: Outcome
    subject: str = ""
    expected: str = ""
    seen: str = ""
    remedy: str = ""


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """What several answers amount to: one that fails makes all fail, and none at all assesses nothing."""
    found = {*outcomes}
    return next((outcome for outcome in _WORST_FIRST if outcome in found), Outcome.NOT_ASSESSED)


def outcomes(results: Iterable[Result]) -> Mapping[str, Outcome]:
    """What each check's answers amount to, by the check's id, in the order of the results."""
    by_check: dict[str, list[Outcome]] = {}
    for result in results:
        by_check.setdefault(result.check, []).append(result.outcome)
    return {check: worst(found) for check, found in by_check.items()}


def counts(results: Iterable[Result]) -> Mapping[Outcome, int]:
    """How many checks pass, fail and were not assessed; each of the three is there."""
    found = Counter(outcomes(results).values())
    return {outcome: found[outcome] for outcome in Outcome}
