"""`ggvv doctor`: what of the toolchain is in use, which version, and what mends what is missing."""

from __future__ import annotations

import typer
from rich.table import Table

from operations import console, project, toolchain
from operations.toolchain import State

COLOURS = {State.OK: "green", State.MISSING: "red"}


def doctor() -> None:
    """Look at every part of the toolchain; exit code 1 when one is missing. Changes nothing."""
    rows = toolchain.doctor()
    table = Table(title="Toolchain", title_justify="left")
    for column in ("part", "state", "version", "origin", "what to do", "in use"):
        table.add_column(column, overflow="fold")
    for row in rows:
        in_use = row.in_use.replace(f"{project.ROOT}/", "")
        colour = COLOURS.get(row.state, "yellow")
        table.add_row(row.part, f"[{colour}]{row.state}[/]", row.version, row.origin, row.remedy, in_use)
    console.out.print(table)
    if any(row.state is State.MISSING for row in rows):
        raise typer.Exit(console.ERROR)
