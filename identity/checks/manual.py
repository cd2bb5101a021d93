"""What is done by hand, read back: a check for each step of identity/manual_steps.yaml (IDM-1 to IDM-4)."""

from __future__ import annotations

from collections.abc import Iterator

from identity.checks.check import Check, Finding
from identity.checks.declared import Comparison
from identity.checks.deployed import NotAssessed
from identity.manual_steps import ManualStep, load_steps
from reference.check import Outcome

LAB = "nobody does it by hand in the lab; a real tenant answers"


def manual_checks() -> tuple[Check, ...]:
    """One check for each declared step; its remedy is how the step is done."""
    return tuple(
        Check(f"IDM-STEP-{step.id}", step.what, (step.requirement,), "; ".join(step.how), _Find(step.id))
        for step in load_steps()
    )


class _Find:
    """Tells what of one step is not done, for each of its subjects."""

    def __init__(self, step: str) -> None:
        self._step = step

    def __call__(self, comparison: Comparison) -> Iterator[Finding]:
        for subject, step in comparison.declared.steps:
            if step.id == self._step:
                yield from _findings(subject, step, comparison)


def _findings(subject: str, step: ManualStep, comparison: Comparison) -> Iterator[Finding]:
    if step.read_back is None:
        yield Finding(subject, "", f"can't be read: {step.unread}", Outcome.NOT_ASSESSED)
        return
    try:
        answer = comparison.deployed.answer(step.read_back.path)
    except NotAssessed as reason:
        yield Finding(subject, "", str(reason), Outcome.NOT_ASSESSED)
        return
    findings = step.read_back.findings(answer or {})
    if findings and comparison.declared.stand_in:
        yield Finding(subject, "", LAB, Outcome.NOT_ASSESSED)
        return
    yield from (Finding(subject, "done", finding) for finding in findings)
