"""How `ggvv` starts the Pulumi CLI: in a process group of its own, so that one Ctrl-C is one Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error

Consumer = Callable[[str], object]


class EngineCommand(PulumiCommand):
    """The CLI as the Automation API runs it, with interrupts that the engine can finish.

    A terminal's Ctrl-C reaches the whole foreground group; the CLI takes a second one as "stop at once" and
    would leave resources half made. In a group of its own it gets exactly those that `interrupted` passes on.
    If `ggvv` itself is killed, the kernel tells the CLI to finish (PR_SET_PDEATHSIG, through setpriv).
    """

    _running: subprocess.Popen[str] | None = None

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Consumer | None = None,
        on_error: Consumer | None = None,
    ) -> CommandResult:
        """Run one CLI command and return what it printed.

        Raises:
            pulumi.automation.CommandError: it failed.
        """
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with subprocess.Popen(  # noqa: S603 - fixed program, arguments from the Automation API, no shell
            [*_end_with_parent(), self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            process_group=0,
        ) as process:
            self._running = process
            try:
                printed, complained = _collect(process.stdout, on_output), _collect(process.stderr, on_error)
                out, err = printed(), complained()
                code = process.wait()
            finally:
                self._running = None
        result = CommandResult(stdout=out, stderr=err, code=code)
        if code != 0:
            raise create_command_error(result)
        return result

    @contextmanager
    def interruptible(self, on_interrupt: Callable[[int], None]) -> Iterator[None]:
        """Pass SIGINT and SIGTERM on to the engine and go on waiting; `on_interrupt` gets how many there were."""
        count = 0

        def handler(_number: int, _frame: object) -> None:
            nonlocal count
            count += 1
            if self._running is not None:
                self._running.send_signal(signal.SIGINT)
            on_interrupt(count)

        before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, previous in before.items():
                signal.signal(number, previous)


def _end_with_parent() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


def _collect(stream: IO[str] | None, consumer: Consumer | None) -> Callable[[], str]:
    """Read a stream in a thread, line by line; the returned function waits and gives all of it."""
    lines: list[str] = []

    def read() -> None:
        for line in stream or ():
            lines.append(line.rstrip())
            if consumer is not None:
                consumer(lines[-1])

    thread = threading.Thread(target=read, daemon=True)
    thread.start()

    def wait() -> str:
        thread.join()
        return "\n".join(lines)

    return wait
