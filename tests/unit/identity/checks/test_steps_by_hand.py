"""Steps by hand: each that is not done, or done by half, is found by its own check and by no other."""

from __future__ import annotations

import pytest

from identity.checks.catalogue import catalogue
from identity.checks.declared import Comparison
from identity.checks.deployed import Deployed
from identity.manual_steps import load_steps
from reference.check import Outcome
from tests.snapshot.steps import answer_of
from tests.snapshot.tenant import Snapshot

EXPECTED = [(step.id, n) for step in load_steps() if step.read_back for n in range(len(step.read_back.expect))]
"""Each thing that is expected of a step, by its number."""


def failing(tenant: Snapshot) -> set[str]:
    """The steps that are not done."""
    comparison = Comparison(tenant.declared, Deployed(tenant.parts, tenant.answers))
    steps = [check for check in catalogue() if check.id.startswith("IDM-STEP-")]
    answers = [result for check in steps for result in check.run(comparison)]
    return {result.check for result in answers if result.outcome is Outcome.FAIL}


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize(("id_", "missing"), EXPECTED)
def test_a_step_that_is_not_done_fails(tenant: Snapshot, id_: str, missing: int) -> None:
    assert failing(tenant) == set()
    subject, read = next((subject, each.read_back) for subject, each in tenant.declared.steps if each.id == id_)
    assert read is not None
    done = [each for n, each in enumerate(read.expect) if n != missing]
    tenant.answers[read.path] = answer_of(done)
    assert failing(tenant) == {f"IDM-STEP-{id_}"}, subject


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize("id_", [step.id for step in load_steps() if step.read_back is None])
def test_a_step_that_can_t_be_read_never_passes(tenant: Snapshot, id_: str) -> None:
    comparison = Comparison(tenant.declared, Deployed(tenant.parts, tenant.answers))
    (check,) = [check for check in catalogue() if check.id == f"IDM-STEP-{id_}"]
    answers = list(check.run(comparison))
    assert {each.outcome for each in answers} == {Outcome.NOT_ASSESSED}
    assert all(each.seen.startswith("can't be read: ") for each in answers)
