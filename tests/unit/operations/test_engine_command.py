"""One Ctrl-C reaches the engine once, and a killed `ggvv` lets it finish rather than run on unseen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from pulumi.automation import CommandError

from operations.engine_command import EngineCommand

PROGRAM = """#!/bin/sh
case "$1" in version) echo v3.999.0; exit 0;; esac
trap 'echo finished; exit 7' INT
echo "pid $$"
i=0; while [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineCommand:
    """An engine that works for ten seconds and finishes in good order when it is interrupted."""
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(PROGRAM)
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return EngineCommand()


def test_an_interrupt_is_passed_on_once_and_the_engine_finishes(command: EngineCommand, tmp_path: Path) -> None:
    seen: list[str] = []
    counts: list[int] = []
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(CommandError), command.interruptible(counts.append):
        command.run(["up"], str(tmp_path), {}, on_output=seen.append)
    assert counts == [1]
    assert seen[-1] == "finished"


def test_the_engine_is_in_a_process_group_of_its_own(command: EngineCommand, tmp_path: Path) -> None:
    groups: list[int] = []

    def note(line: str) -> None:
        if line.startswith("pid "):
            groups.append(os.getpgid(int(line.split()[1])))
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(CommandError), command.interruptible(lambda _count: None):
        command.run(["up"], str(tmp_path), {}, on_output=note)
    assert groups
    assert groups[0] != os.getpgid(0)


@pytest.mark.usefixtures("command")
def test_the_engine_is_told_to_finish_when_ggvv_is_killed(tmp_path: Path) -> None:
    code = (
        "from operations.engine_command import EngineCommand;"
        f"EngineCommand().run(['up'], {str(tmp_path)!r}, {{}}, on_output=lambda l: print(l, flush=True))"
    )
    own_signals = ["env", "--default-signal=INT"]  # a shell's background jobs, as in some pipelines, ignore SIGINT
    ggvv = subprocess.Popen([*own_signals, sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert ggvv.stdout is not None
    engine = psutil.Process(int(ggvv.stdout.readline().split()[1]))
    ggvv.kill()
    ggvv.wait()
    deadline = time.monotonic() + 5
    while engine.is_running() and engine.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE
