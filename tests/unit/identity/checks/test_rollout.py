"""A stack that has not rolled everything out: no check fails for it, and none passes that shouldn't."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from identity.plan import IdentityPlan
from reference.check import Outcome, outcomes
from tests.snapshot.tenant import Snapshot

VERDICTS = {"IDM-CHK-16", "IDM-CHK-17"}


@pytest.fixture
def beginning(build: Callable[..., IdentityPlan]) -> Snapshot:
    """A tenant as declared, with the policies at the beginning of their rollout."""
    return Snapshot.of(build(policies={"CAU001": "report-only", "CAD006": "report-only"}))


@pytest.mark.requirement("MIG-1")
def test_what_is_not_rolled_out_yet_is_not_assessed(beginning: Snapshot) -> None:
    answers = outcomes(beginning.check())
    assert Outcome.FAIL not in answers.values()
    assert {answers[check] for check in VERDICTS} == {Outcome.NOT_ASSESSED}


@pytest.mark.requirement("MIG-1")
def test_a_policy_that_is_turned_back_by_hand_fails_also_then(beginning: Snapshot) -> None:
    beginning.policy("CAU005")["state"] = "enabledForReportingButNotEnforced"
    assert {"IDM-CHK-06", "IDM-CHK-17"} <= beginning.failing()


@pytest.mark.requirement("IDM-2")
def test_a_policy_that_is_enforced_too_early_by_hand_is_told(beginning: Snapshot) -> None:
    beginning.policy("CAD006")["state"] = "enabled"
    assert "IDM-CHK-06" in beginning.failing()


def test_the_lab_is_not_failed_for_what_nobody_does_by_hand(tenant: Snapshot) -> None:
    tenant.answers = dict.fromkeys(tenant.answers)
    assert "IDM-STEP-domain" in tenant.failing()
    assert tenant.failing(stand_in=True) == set()
    answers = outcomes(tenant.check(stand_in=True))
    assert answers["IDM-STEP-domain"] is Outcome.NOT_ASSESSED
