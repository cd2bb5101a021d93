"""What a user sees: results on stdout, words about them on stderr, mistakes as one sentence."""

from __future__ import annotations

import datetime
import traceback
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from lab.service import ServiceError
from operations import project
from operations.errors import Differs, UserError
from reference.errors import ArchitectureError

DONE, ERROR, DIFFERS = 0, 1, 2
"""The exit codes of `ggvv`."""

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
        app(standalone_mode=False)
    except Differs as difference:
        _complain(str(difference), "yellow")
        return DIFFERS
    except (UserError, ArchitectureError, ServiceError) as mistake:
        _complain(str(mistake), "red")
        return ERROR
    except (typer.Abort, KeyboardInterrupt):
        _complain("interrupted; run the same command to go on", "red")
        return ERROR
    except typer.Exit as leave:
        return leave.exit_code
    except Exception as fault:  # noqa: BLE001 - the last line of defence: our own fault, told without a traceback
        if hasattr(fault, "format_message"):  # a usage error of the command line's own
            _complain(fault.format_message(), "red")
            return ERROR
        log = project.logs() / f"fault-{datetime.datetime.now():%Y%m%d-%H%M%S}.log"
        log.write_text(traceback.format_exc(), encoding="utf-8")
        _complain(f"a fault in ggvv itself ({type(fault).__name__}: {fault}); please report it with {log}", "red")
        return ERROR
    return DONE


def _complain(text: str, colour: str) -> None:
    was_quiet, err.quiet = err.quiet, False
    err.print(f"[{colour}]{escape(text)}[/{colour}]", soft_wrap=True)
    err.quiet = was_quiet
