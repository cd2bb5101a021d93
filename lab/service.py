"""A lab service: a process of our own that is started, found again, and stopped by its pid."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


class ServiceError(Exception):
    """A lab service could not be started or stopped; the text says which, what was seen and where its log is."""


@dataclass(frozen=True)
class Service:
    """One process with its files in `directory`: `pid`, `log` and `ready.json`, which it writes when it answers.

    The pid file holds the process's start time as well, so that a pid used again by another program is
    never taken for ours (and never stopped).
    """

    name: str
    directory: Path

    @property
    def log(self) -> Path:
        """What the service printed."""
        return self.directory / f"{self.name}.log"

    @property
    def ready_file(self) -> Path:
        """Written by the service itself, in one piece, when it answers."""
        return self.directory / "ready.json"

    def process(self) -> psutil.Process | None:
        """The running process, or None."""
        try:
            pid, started = json.loads(self._pid_file.read_text())
            process = psutil.Process(pid)
            alive = process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        return process if alive else None

    def ready(self) -> dict[str, Any] | None:
        """What the running service says of itself, or None while it doesn't answer."""
        if self.process() is None:
            return None
        try:
            document: dict[str, Any] = json.loads(self.ready_file.read_text())
        except (OSError, ValueError):
            return None
        return document

    def start(self, command: list[str], timeout: float = 30.0) -> dict[str, Any]:
        """Start the service, or find it running, and wait up to `timeout` seconds until it answers.

        Raises:
            ServiceError: it ended, or did not answer in time.
        """
        if (document := self.ready()) is not None:
            return document
        self.stop()
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - a fixed list: our own binary, no shell
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._pid_file.write_text(json.dumps([child.pid, psutil.Process(child.pid).create_time()]))
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if (document := self.ready()) is not None:
                return document
            if (code := child.poll()) is not None:
                raise ServiceError(f"{self.name}: ended with code {code} before it answered; its log is {self.log}")
            time.sleep(0.05)
        self.stop()
        raise ServiceError(f"{self.name}: did not answer within {timeout:.0f} s; its log is {self.log}")

    def stop(self, timeout: float = 10.0) -> bool:
        """Stop the service if it runs (SIGTERM, after `timeout` seconds SIGKILL); True if there was one."""
        process = self.process()
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
                try:
                    process.wait(timeout)
                except psutil.TimeoutExpired:
                    process.kill()
                    process.wait(timeout)
        self.ready_file.unlink(missing_ok=True)
        self._pid_file.unlink(missing_ok=True)
        return process is not None

    @property
    def _pid_file(self) -> Path:
        return self.directory / "pid"
