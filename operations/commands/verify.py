"""`ggvv verify`: is what is deployed what is declared? Three answers: pass, fail, not assessed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from operations import console
from operations.errors import Differs
from operations.verify import verify as run_checks
from reference.check import Outcome, Result, counts, outcomes

VERSION = 1
"""Of the JSON document; grows when a reader would have to change."""

COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.NOT_ASSESSED: "yellow"}


class Format(StrEnum):
    """How to print the answers: a table for people, JSON for programs."""

    TABLE = "table"
    JSON = "json"


def verify(
    stack: console.StackOption = "lab",
    requirement: Annotated[
        str | None, typer.Option("--requirement", "-r", help="Only the checks that prove this one, such as IDM-2.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="A table for people, JSON for programs.")] = Format.TABLE,
) -> None:
    """Ask what is deployed whether it is what is declared; writes nothing. Exit code 2 when a check fails."""
    results = run_checks(stack, datetime.datetime.now(datetime.UTC).date(), requirement)
    if format_ is Format.JSON:
        typer.echo(json.dumps(_document(stack, results), ensure_ascii=False, indent=2))
    else:
        console.out.print(_table(results))
        console.out.print(_summary(results))
    failing = [check for check, outcome in outcomes(results).items() if outcome is Outcome.FAIL]
    if failing:
        raise Differs(f"stack '{stack}': {len(failing)} checks fail: {', '.join(failing)}")


def _document(stack: str, results: Iterable[Result]) -> dict[str, object]:
    several = tuple(results)
    return {
        "version": VERSION,
        "stack": stack,
        "counts": dict(counts(several)),
        "results": [result.model_dump(mode="json") for result in several],
    }


def _table(results: Sequence[Result]) -> Table:
    """One line for each check that passes, and one for each finding, by the first requirement that it proves."""
    table = Table()
    table.add_column("requirement")
    table.add_column("check", no_wrap=True)
    table.add_column("answer", no_wrap=True)
    table.add_column("what", overflow="fold")
    before = None
    for result in sorted(results, key=lambda each: (each.requirements[0], each.check)):
        if before is not None and before.requirements[0] != result.requirements[0]:
            table.add_section()
        new = before is None or before.check != result.check
        table.add_row(
            ", ".join(result.requirements) if new else "",
            result.check if new else "",
            f"[{COLOURS[result.outcome]}]{result.outcome}[/]",
            escape(_what(result, new=new)),
        )
        before = result
    return table


def _what(result: Result, *, new: bool) -> str:
    """The check's title and what mends it once, then what was found."""
    lines = [result.title] if new else []
    about = f"{result.subject}: " if result.subject else ""
    if result.outcome is Outcome.FAIL:
        lines += [f"to mend it: {result.remedy}"] if new else []
        lines.append(f"{about}found {result.seen}; right is {result.expected}")
    elif result.outcome is Outcome.NOT_ASSESSED:
        lines.append(f"{about}{result.seen}")
    return "\n".join(lines)


def _summary(results: Iterable[Result]) -> str:
    return ", ".join(f"[{COLOURS[outcome]}]{count} {outcome}[/]" for outcome, count in counts(results).items())
