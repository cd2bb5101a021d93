"""Conducts a playbook's run: its events go to the tally and the screen, and an interruption ends it in order."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from operations import console
from operations.configuring.playbook import PlaybookRun
from operations.configuring.progress import HostProgress
from operations.configuring.tally import Event, Tally


def conduct(run: PlaybookRun, tally: Tally, on_event: Callable[[Event], object] = lambda _event: None) -> int:
    """Run it and return Ansible's exit code; `on_event` gets each event after the tally.

    Raises:
        typer.Abort: interrupted; the next run goes on.
    """
    with HostProgress(console.err, tally) as progress, _interruptible() as interrupted:

        def take(event: Event) -> None:
            tally.take(event)
            progress.on_event(event)
            on_event(event)

        code = run.run(take, interrupted)
    if interrupted():
        raise typer.Abort
    return code


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn SIGINT and SIGTERM into an answer to "shall it end?", so that Ansible is ended and not left behind."""
    asked = False

    def handler(_number: int, _frame: object) -> None:
        nonlocal asked
        if not asked:
            console.say("stopping: what is under way on the hosts is ended; the next run goes on")
        asked = True

    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
