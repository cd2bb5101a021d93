"""What a user sees: results on stdout, words about them on stderr, mistakes as one sentence."""

from __future__ import annotations

import datetime
import traceback
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from typer.exceptions import TyperException

from lab.service import ServiceError
from operations import project
from operations.errors import Differs, UserError
from reference.errors import ArchitectureError

DONE, ERROR, DIFFERS = 0, 1, 2
"""The exit codes of `ggvv`."""

INTERRUPTED = 130
"""What Typer makes of Ctrl-C, 128 + SIGINT; `ggvv` documents three codes only."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

StackOption = Annotated[str, typer.Option("--stack", "-s", help="Which environment, a file under stacks/.")]


def set_quiet(quiet: bool) -> None:
    """Silence the words about results, never the results or errors."""
    err.quiet = quiet


def say(text: str) -> None:
    """Say on stderr what is going on."""
    err.print(escape(text))


def run(app: typer.Typer) -> int:
    """Run the command line and turn what happened into an exit code.

    A mistake of the user's is told in its own sentence; anything else is ours, and its traceback goes to a
    log file.
    """
    try:
        code = app(standalone_mode=False)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: whatever it is, it is told without a traceback
        return _tell(fault)
    if code == INTERRUPTED:
        return _tell(typer.Abort())
    return code if isinstance(code, int) else DONE


def _tell(fault: Exception) -> int:
    """Say what happened in one sentence; returns the exit code."""
    if isinstance(fault, Differs):
        _complain(str(fault), "yellow")
        return DIFFERS
    _complain(_sentence(fault), "red")
    return ERROR


def _sentence(fault: Exception) -> str:
    if isinstance(fault, (UserError, ArchitectureError, ServiceError)):
        return str(fault)
    if isinstance(fault, typer.Abort):
        return "interrupted; run the same command to go on"
    if isinstance(fault, TyperException):  # the command line's own: an unknown option, a missing argument
        return fault.format_message()
    log = project.logs() / f"fault-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}.log"
    log.write_text("".join(traceback.format_exception(fault)), encoding="utf-8")
    return f"a fault in ggvv itself ({type(fault).__name__}: {fault}); please report it with {log}"


def _complain(text: str, colour: str) -> None:
    was_quiet, err.quiet = err.quiet, False
    err.print(f"[{colour}]{escape(text)}[/{colour}]", soft_wrap=True)
    err.quiet = was_quiet
