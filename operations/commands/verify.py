"""`ggvv verify`: is what is deployed what is declared? Three answers: pass, fail, not assessed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from operations import console
from operations.errors import Differs
from operations.requirement_table import COLOURS, requirement_table
from operations.verify import LayerName
from operations.verify import verify as run_checks
from reference.check import Outcome, Result, counts, outcomes, worst

VERSION = 1
"""Of the JSON document; grows when a reader would have to change."""

FEW = 5
"""So many subjects, and so many findings of a check, are shown."""


class Format(StrEnum):
    """How to print the answers: a table for people, JSON for programs."""

    TABLE = "table"
    JSON = "json"


def verify(
    stack: console.StackOption = "lab",
    requirement: Annotated[
        str | None, typer.Option("--requirement", "-r", help="Only the checks that prove this one, such as IDM-2.")
    ] = None,
    layer: Annotated[LayerName | None, typer.Option("--layer", help="Only the checks of this kind of things.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="A table for people, JSON for programs.")] = Format.TABLE,
) -> None:
    """Ask what is deployed whether it is what is declared; writes nothing. Exit code 2 when a check fails."""
    today = datetime.datetime.now(datetime.UTC).date()
    results = run_checks(stack, today, requirement=requirement, layer=layer)
    if format_ is Format.JSON:
        typer.echo(json.dumps(_document(stack, results), ensure_ascii=False, indent=2))
    else:
        console.out.print(_table(results))
        _sum_up(results)
    _judge(stack, results)


def verify_all(stack: str) -> None:
    """Ask everything, and show what is not as declared and what that means for each requirement.

    Raises:
        Differs: a check fails.
    """
    results = run_checks(stack, datetime.datetime.now(datetime.UTC).date())
    wrong = [result for result in results if result.outcome is Outcome.FAIL]
    if wrong:
        console.out.print(_table(wrong))
    _sum_up(results)
    _judge(stack, results)


def _judge(stack: str, results: Iterable[Result]) -> None:
    failing: dict[str, list[Result]] = {}
    for result in results:
        if result.outcome is Outcome.FAIL:
            failing.setdefault(result.check, []).append(result)
    if failing:
        told = "".join(f"\n  {check}: {next(_findings(answers)).strip()}" for check, answers in failing.items())
        raise Differs(f"stack '{stack}': {len(failing)} checks fail; each, and what it found first:{told}")


def _document(stack: str, results: Iterable[Result]) -> dict[str, object]:
    several = tuple(results)
    return {
        "version": VERSION,
        "stack": stack,
        "counts": dict(counts(several)),
        "results": [result.model_dump(mode="json") for result in several],
    }


def _table(results: Iterable[Result]) -> Table:
    """A paragraph for each check, under the first requirement that it proves."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column("answer", no_wrap=True)
    table.add_column("what", overflow="fold")
    by_requirement = sorted(results, key=lambda each: (each.requirements[0], each.check))
    for requirement, several in groupby(by_requirement, key=lambda each: each.requirements[0]):
        table.add_row(f"[bold]{requirement}[/bold]")
        for _, answers in groupby(several, key=lambda each: each.check):
            table.add_row(*_check(list(answers)))
    return table


def _check(answers: Sequence[Result]) -> tuple[str, str]:
    """What a check's answers amount to, its title, what was found, and what mends it."""
    first, outcome = answers[0], worst(each.outcome for each in answers)
    proves = f" ({', '.join(first.requirements)})" if len(first.requirements) > 1 else ""
    lines = [f"{first.check}: {first.title}{proves}", *_findings(answers)]
    lines += [f"  mend it: {each.remedy}" for each in answers if each.remedy][:1]
    return f"[{COLOURS[outcome]}]{outcome}[/]", escape("\n".join(lines))


def _findings(answers: Iterable[Result]) -> Iterator[str]:
    """What was found, once for all subjects of which the same was; the first few of many."""
    subjects: dict[str, list[str]] = {}
    for each in answers:
        if each.outcome is not Outcome.PASS:
            seen = f"found {each.seen}; right is {each.expected}" if each.expected else each.seen
            subjects.setdefault(seen, []).append(each.subject)
    lines = []
    for seen, several in subjects.items():
        about = ", ".join(_few([each for each in several if each]))
        lines.append(f"  {about}: {seen}" if about else f"  {seen}")
    yield from _few(lines, "  ")


def _few(texts: Sequence[str], indent: str = "") -> Iterator[str]:
    yield from texts[:FEW]
    if len(texts) > FEW:
        yield f"{indent}and {len(texts) - FEW} more (all with --format json)"


def _sum_up(results: Sequence[Result]) -> None:
    console.out.print(requirement_table(results))
    checks = ", ".join(f"[{COLOURS[outcome]}]{count} {outcome}[/]" for outcome, count in counts(results).items())
    console.out.print(f"{checks} ({len(results)} answers to {len(outcomes(results))} checks)")
