"""`ggvv drill`: what must hold when the worst happens, tried for real in the lab."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.markup import escape
from rich.table import Table

from operations import console, evidence

if TYPE_CHECKING:
    from operations.ransomware import Drill, Outcome

app = typer.Typer(no_args_is_help=True, help="Break the lab in a way that will happen once, and see what holds.")


@app.callback()
def drill() -> None:
    """Keep `ransomware` a word of its own, also while it is the only drill."""


@app.command()
def ransomware(stack: console.StackOption = "lab") -> None:
    """Attack the vault from every host of DC1 and DC2 with what is found there; exit code 2 where it falls."""
    from operations.ransomware import attack  # noqa: PLC0415 - takes a while

    found = attack(stack)
    folder = evidence.new_run(stack, "drill-ransomware")
    report = folder / "report.json"
    report.write_text(json.dumps(as_report(found), indent=2), encoding="utf-8")
    _show(found)
    console.say(f"kept in {folder}")
    found.check()


def as_report(found: Drill) -> dict[str, object]:
    """What is kept as evidence of BAK-3: all outcomes and both restores; no secret is in either."""
    return {
        "requirement": "BAK-3",
        "summary": summary(found),
        "findings": found.findings,
        "restored": {"before": asdict(found.before), "after": asdict(found.after)},
        "attempts": [
            {
                "id": each.attempt.id, "what": each.attempt.what, "kind": each.attempt.kind, "from": each.host,
                "expected": each.attempt.refused_with, "refused_with": each.said, "in_the_log": each.logged,
                "finding": each.finding,
            }
            for each in found.outcomes
        ],
    }  # fmt: skip


def summary(found: Drill) -> str:
    """The drill in one line."""
    by_attempt = _by_attempt(found)
    logged = [each for each in by_attempt.values() if all(outcome.logged for outcome in each)]
    unknown = [each for each in by_attempt.values() if any(outcome.logged is None for outcome in each)]
    not_assessed = f" ({len(unknown)} not assessed)" if unknown else ""
    allowed = [each for each in by_attempt.values() if each[0].attempt.kind == "harmless"]
    by_design = f" ({len(allowed)} allowed by design)" if allowed else ""
    equal = "equal" if found.before.sha256 == found.after.sha256 else "NOT equal"
    return (
        f"{len(by_attempt)} attempts, {len({each.attempt.id for each in found.succeeded})} succeeded{by_design}, "
        f"{len(logged)} in the log at DC3{not_assessed}; "
        f"restored from the vault in {found.after.seconds:.1f} s, checksum {equal}"
    )


def _show(found: Drill) -> None:
    table = Table(title="Attempts against the vault (BAK-3)", title_justify="left")
    for column in ("id", "what", "from", "how it was refused", "in the log"):
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    for name, outcomes in _by_attempt(found).items():
        first = outcomes[0]
        said = ", ".join(sorted({each.said or _success(each) for each in outcomes}))
        source = first.host if len(outcomes) == 1 else f"{len(outcomes)} hosts: {first.attempt.by}"
        table.add_row(name, escape(first.attempt.what), source, escape(said), _logged(outcomes))
    console.out.print(table)
    console.out.print(summary(found), soft_wrap=True)


def _success(outcome: Outcome) -> str:
    return "SUCCEEDED" if outcome.attempt.refused_with else "allowed: locked versions stayed"


def _logged(outcomes: list[Outcome]) -> str:
    said = {each.logged for each in outcomes}
    return "NO" if False in said else "not assessed" if None in said else "yes"


def _by_attempt(found: Drill) -> dict[str, list[Outcome]]:
    """The outcomes of each attempt, from all hosts."""
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found.outcomes:
        grouped[outcome.attempt.id].append(outcome)
    return grouped
