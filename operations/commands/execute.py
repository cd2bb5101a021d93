"""`ggvv exec`: any command in a stack's environment, so that plain `pulumi` reaches the lab as well."""

from __future__ import annotations

import os

import typer

from operations import console
from operations.connection import connect
from operations.errors import UserError
from operations.stack_settings import StackSettings
from operations.workplace import workplace


def execute(context: typer.Context, stack: console.StackOption = "lab") -> None:
    """Run a command with the environment that a deploy of the stack gets.

    Example: ggvv exec -s lab -- pulumi preview -s lab
    """
    if not context.args:
        raise UserError("exec: no command given; for example: ggvv exec -s lab -- pulumi preview -s lab")
    connection = connect(StackSettings.read(stack), preview=True)
    environment = {**os.environ, **connection.environment}
    os.environ["PATH"] = environment["PATH"]
    os.chdir(workplace(stack, connection))
    try:
        os.execvpe(context.args[0], context.args, environment)  # noqa: S606 - the user's own command, no shell
    except FileNotFoundError as error:
        raise UserError(f"exec: no command '{context.args[0]}' on PATH; check its spelling") from error
