"""GOV-2: three answers, counted apart."""

from __future__ import annotations

import pytest

from reference.check import Outcome, Result, counts, outcomes, worst


def answer(check: str, outcome: Outcome) -> Result:
    return Result(check=check, title="t", requirements=("GOV-2",), outcome=outcome)


@pytest.mark.requirement("GOV-2")
@pytest.mark.parametrize(
    ("several", "one"),
    [
        ((Outcome.PASS, Outcome.FAIL, Outcome.NOT_ASSESSED), Outcome.FAIL),
        ((Outcome.PASS, Outcome.NOT_ASSESSED), Outcome.NOT_ASSESSED),
        ((Outcome.PASS, Outcome.PASS), Outcome.PASS),
        ((), Outcome.NOT_ASSESSED),
    ],
)
def test_several_answers_amount_to_the_worst(several: tuple[Outcome, ...], one: Outcome) -> None:
    assert worst(several) is one


@pytest.mark.requirement("GOV-2")
def test_checks_are_counted_and_not_their_answers() -> None:
    results = [
        answer("A-CHK-1", Outcome.PASS),
        answer("A-CHK-2", Outcome.FAIL),
        answer("A-CHK-2", Outcome.FAIL),
        answer("A-CHK-2", Outcome.NOT_ASSESSED),
    ]
    assert outcomes(results) == {"A-CHK-1": Outcome.PASS, "A-CHK-2": Outcome.FAIL}
    assert counts(results) == {Outcome.PASS: 1, Outcome.FAIL: 1, Outcome.NOT_ASSESSED: 0}
