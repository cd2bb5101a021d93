"""`ggvv configure`: the hosts of a stack, brought to what is declared by Ansible."""

from __future__ import annotations

from typing import Annotated

import typer

from operations import console


def configure(
    stack: console.StackOption = "lab",
    check: Annotated[bool, typer.Option("--check", help="Only look; exit code 2 if anything would change.")] = False,
    limit: Annotated[str | None, typer.Option("--limit", "-l", help="Only this host.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Only this stage, such as baseline.")] = None,
) -> None:
    """Configure the hosts of a stack; a second run changes nothing."""
    from operations.configure import configure as run  # noqa: PLC0415 - Ansible's and the engine's libraries take a while

    run(stack, stage=stage, limit=limit, check=check)
