"""What Graph answers to the questions of the manual steps when all of them are done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from identity.manual_steps import Expectation, steps_for
from identity.plan import IdentityPlan


def answers_of(plan: IdentityPlan) -> dict[str, Any]:
    """What every manual step's path answers when the step is done."""
    answers: dict[str, Any] = {}
    for _, step in steps_for(plan):
        if step.read_back is not None:
            answers[step.read_back.path] = answer_of(step.read_back.expect)
    return answers


def answer_of(expected: Iterable[Expectation]) -> dict[str, Any]:
    """The least answer that is as expected."""
    answer: dict[str, Any] = {}
    for expectation in expected:
        _put(answer, expectation)
    return answer


def _put(answer: Any, expectation: Expectation) -> None:  # noqa: ANN401 - any JSON
    """Put what is expected at its place of the answer, making the way there."""
    here = answer
    for part, following in zip(expectation.at, (*expectation.at[1:], None), strict=True):
        if following is None:
            right: Any = expectation.equals
            if expectation.contains is not None:
                right = [*here.get(part, ()), expectation.contains]
            if expectation.at_least is not None:
                right = [{}] * expectation.at_least
            here[part] = right
            return
        empty: Any = [] if isinstance(following, (int, dict)) else {}
        if isinstance(part, str):
            here = here.setdefault(part, empty)
        elif isinstance(part, int):
            here.extend({} for _ in range(part + 1 - len(here)))
            here = here[part]
        else:
            found = next((row for row in here if part.items() <= row.items()), None)
            if found is None:
                found = dict(part)
                here.append(found)
            here = found
