"""`ggvv inventory`: the municipalities' servers, read from what their operators have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from operations import console

app = typer.Typer(no_args_is_help=True, help="The municipalities' servers.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="An RVTools vInfo export: XLSX, or CSV with comma or semicolon.")],
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="gislaved, gnosjo, varnamo or vaggeryd")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; write nothing.")] = False,
) -> None:
    """Read a municipality's servers from an RVTools export; what can't be read is reported, none is lost."""
    from reference.importing import import_inventory, write_inventory  # noqa: PLC0415 - loads a spreadsheet library

    result = import_inventory(file, municipality)
    if result.problems:
        table = Table(title="Not read, or to be looked at", title_justify="left")
        for column in ("line", "column", "found", "right"):
            table.add_column(column)
        for problem in result.problems:
            cells = (str(problem.line), problem.column, problem.found, problem.right)
            table.add_row(*map(escape, cells))
        console.out.print(table)
    if not dry_run:
        path = write_inventory(result.servers, municipality)
        console.say(f"written: {path}")
    console.out.print(f"{municipality}: {len(result.servers)} servers read, {len(result.refused)} not read")
    if result.refused:
        raise typer.Exit(console.ERROR)
