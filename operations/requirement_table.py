"""The requirements with what their checks answered: the three answers counted apart (GOV-2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rich.markup import escape
from rich.table import Table

from reference.check import Outcome, Result
from reference.requirement import Priority, Requirement, requirements

BINDING = (Priority.MUST, Priority.HOLD)
"""What binds now; the rest is for later."""

COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.NOT_ASSESSED: "yellow"}


def tally(results: Iterable[Result]) -> Mapping[str, Counter[Outcome]]:
    """How many answers of each kind there are to each binding requirement, those without any included."""
    counted = {name: Counter[Outcome]() for name, each in requirements().items() if each.priority in BINDING}
    for result in results:
        for requirement in result.requirements:
            counted.setdefault(requirement, Counter())[result.outcome] += 1
    return counted


def answer(counted: Mapping[Outcome, int]) -> Outcome:
    """What the answers to a requirement amount to: passed only where something passed and nothing failed."""
    if counted.get(Outcome.FAIL):
        return Outcome.FAIL
    return Outcome.PASS if counted.get(Outcome.PASS) else Outcome.NOT_ASSESSED


def requirement_table(results: Iterable[Result]) -> Table:
    """A line for each requirement; those that no check proves yet are not assessed.

    A pass is that of the checks that there are: what else a requirement asks for has no check yet.
    """
    known = requirements()
    table = Table(title="Requirements, by the checks that there are so far", title_justify="left")
    for column in ("id", "answer", *Outcome):
        table.add_column(str(column), no_wrap=True, justify="right" if isinstance(column, Outcome) else "left")
    table.add_column("requirement")
    for name, counted in tally(results).items():
        outcome = answer(counted)
        numbers = (str(counted[each] or "") for each in Outcome)
        table.add_row(name, f"[{COLOURS[outcome]}]{outcome}[/]", *numbers, escape(_text(known[name])))
    return table


def _text(requirement: Requirement) -> str:
    """What the requirement is about, up to where its text goes into details: the table is short."""
    return re.split(r"[;:,(]", requirement.text, maxsplit=1)[0].strip()
