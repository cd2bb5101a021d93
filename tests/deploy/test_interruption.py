"""An interrupted deploy: the next run goes on, and nothing is orphaned. Two at once: one is refused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest
from pyVmomi import vim

from operations.stack_settings import StackSettings
from tests.deploy.conftest import Commands
from tests.deploy.look import Look

Stack = Callable[..., str]


def wait_for_machines(look: Look, name: str, count: int, process: subprocess.Popen[str]) -> None:
    """Wait until the deploy has made `count` machines."""
    deadline = time.monotonic() + 120
    while f"ggvv-{name}" not in look.datacenters() or len(look.machines(f"ggvv-{name}")) < count:
        assert process.poll() is None, f"the deploy ended too early: {process.communicate()[0]}"
        assert time.monotonic() < deadline, "the deploy made no machines"
        time.sleep(0.02)


def expect_complete(ggvv: Commands, look: Look, name: str) -> None:
    """The next run ends right: every machine there once, nothing else, and nothing left to do."""
    ggvv.done("deploy", "-s", name)
    architecture = StackSettings.read(name).architecture()
    machines = [machine.name for machine in look.all(vim.VirtualMachine, look.datacenters()[f"ggvv-{name}"])]
    assert sorted(machines) == sorted(m.name for m in (*architecture.deployed, *architecture.hosts))
    assert "0 created, 0 updated, 0 deleted" in ggvv.done(
        "deploy", "-s", name, "--preview", "--refresh", "--expect-no-changes"
    )


def test_interrupted_by_ctrl_c(ggvv: Commands, look: Look, stack: Stack) -> None:
    name = stack(identity=None)
    process = ggvv.start("deploy", "-s", name)
    wait_for_machines(look, name, 10, process)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in printed
    assert "run the same command to go on" in " ".join(printed.split())
    expect_complete(ggvv, look, name)


@pytest.mark.parametrize("machines", [0, 1, 12, 40])
def test_killed_with_everything(ggvv: Commands, look: Look, stack: Stack, machines: int) -> None:
    name = stack(identity=None)
    process = ggvv.start("deploy", "-s", name)
    wait_for_machines(look, name, machines, process)
    kill_session(process)
    expect_complete(ggvv, look, name)


def test_the_engine_ends_with_ggvv():
    assert shutil.which("setpriv"), "util-linux's setpriv ends the engine when ggvv is killed"


def kill_session(process: subprocess.Popen[str]) -> None:
    """SIGKILL for ggvv, the engine, the program and the plugin at once, as a power cut would."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.send_signal(number)
    process.wait(timeout=30)


def test_two_deploys_at_once(ggvv: Commands, look: Look, stack: Stack) -> None:
    name = stack(identity=None)
    first = ggvv.start("deploy", "-s", name)
    wait_for_machines(look, name, 1, first)
    os.killpg(first.pid, signal.SIGSTOP)  # else it may have ended before the second one begins
    try:
        second = ggvv("deploy", "-s", name)
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    assert second.returncode == 1
    said = " ".join(second.stderr.split())
    assert f"stack '{name}': another run of it is under way (pid " in said
    assert "wait for it to end, then run the same command again" in said
    printed, _ = first.communicate(timeout=300)
    assert first.returncode == 0, printed
