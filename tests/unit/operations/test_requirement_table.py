"""GOV-2: each requirement with its answers: passed only where something passed and nothing failed."""

from __future__ import annotations

from collections import Counter

import pytest
from rich.console import Console

from operations.requirement_table import answer, requirement_table, tally
from reference.check import Outcome, Result
from reference.requirement import Priority, requirements

PASS, FAIL, OPEN = Outcome.PASS, Outcome.FAIL, Outcome.NOT_ASSESSED


def result(outcome: Outcome, *proves: str) -> Result:
    return Result(check="A-CHK-1", title="What it asks", requirements=proves, outcome=outcome)


@pytest.mark.requirement("GOV-2")
@pytest.mark.parametrize(
    ("outcomes", "right"),
    [([PASS], PASS), ([PASS, OPEN], PASS), ([PASS, FAIL], FAIL), ([OPEN, FAIL], FAIL), ([OPEN], OPEN), ([], OPEN)],
)
def test_what_was_not_assessed_has_not_passed(outcomes: list[Outcome], right: Outcome):
    assert answer(Counter(outcomes)) is right


def test_a_result_counts_for_each_requirement_that_it_proves():
    counted = tally([result(PASS, "SEC-1", "FW-1"), result(FAIL, "FW-1")])
    assert (counted["SEC-1"], counted["FW-1"]) == ({PASS: 1}, {PASS: 1, FAIL: 1})


def test_every_binding_requirement_has_a_line_checked_or_not():
    console = Console(width=100, record=True)
    console.print(requirement_table([result(PASS, "SEC-1")]))
    lines = {line.split("│")[1].strip(): line for line in console.export_text().splitlines() if line.count("│") > 2}
    assert {*lines} >= {
        name for name, each in requirements().items() if each.priority in {Priority.MUST, Priority.HOLD}
    }
    assert "pass" in lines["SEC-1"]
    assert "not assessed" in lines["ITSM-1"]
