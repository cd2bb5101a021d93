"""What happens to a configuration when hosts, the way to them, or the one who runs it fail (CAP-2, SEC-1)."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.hosts.hosts import Hosts
from tests.deploy.conftest import Commands
from tests.drills.conftest import Drill

HOST = "gis-bokning-web01"
BASELINE = ("--stage", "baseline", "--limit", HOST)
"""The shortest run that does something to a host."""

PATIENCE = 900.0
"""Seconds that a configuration may take; a busy machine needs a tenth of it."""


@pytest.fixture
def mended(lab_hosts: Hosts) -> Iterator[Hosts]:
    """Hosts that all run again afterwards, and are known by their own keys."""
    known = lab_hosts.ssh_config.with_name("known_hosts")
    before = known.read_text()
    try:
        yield lab_hosts
    finally:
        known.write_text(before)
        lab_hosts.start(HOST)


def kept(output: str) -> Path:
    """The folder that a run's summary names."""
    return Path(output.rpartition("kept in ")[2].splitlines()[0].strip())


def test_a_host_that_is_down_is_named_and_the_others_go_on(drill: Drill, ggvv: Commands):
    down, others = drill.cluster.nodes[0].name, [node.name for node in drill.cluster.nodes[1:]]
    drill.crash([down])
    result = ggvv("configure", "--stage", "witness", seconds=PATIENCE)
    assert result.returncode == 1
    assert f"1 of {len(drill.hosts.status())} hosts are not as declared:\n  {down}: unreachable: " in result.stderr
    last = (kept(result.stdout) / "stdout").read_text().rpartition("TASK [cluster : Run services]")[2]
    assert [name for name in others if f"ok: [{name}]" not in last] == []
    drill.heal()
    assert "0 failed or unreachable" in ggvv.done("configure", "--stage", "witness", seconds=PATIENCE)


def test_a_host_that_crashes_meanwhile_is_named_and_the_next_run_ends_right(mended: Hosts, ggvv: Commands):
    running = ggvv.start("configure", *BASELINE)
    assert running.stdout is not None
    next(line for line in running.stdout if "baseline: " in line)
    mended.crash(HOST)
    said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert f"1 of 1 hosts are not as declared:\n  {HOST}: " in said
    mended.start(HOST)
    assert "0 failed or unreachable" in ggvv.done("configure", *BASELINE, seconds=PATIENCE)


def test_a_host_that_restarted_is_as_it_was(mended: Hosts, ggvv: Commands):
    mended.restart(HOST)
    assert "0 changed, 0 failed" in ggvv.done("configure", "--check", "--limit", HOST, seconds=PATIENCE)


@pytest.mark.usefixtures("mended")
def test_an_interrupted_run_says_so_and_the_next_one_ends_right(ggvv: Commands):
    running = ggvv.start("configure", *BASELINE)
    assert running.stdout is not None
    next(line for line in running.stdout if "baseline: " in line)
    time.sleep(1)
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert "interrupted; run the same command to go on" in said
    assert "0 failed or unreachable" in ggvv.done("configure", *BASELINE, seconds=PATIENCE)


def test_a_host_with_another_key_is_refused(mended: Hosts, ggvv: Commands):
    known = mended.ssh_config.with_name("known_hosts")
    lines = known.read_text().splitlines()
    key = next(line.split()[2] for line in lines if line.startswith("dc1-ns-01,"))
    known.write_text("".join(f"{' '.join([*line.split()[:2], key])}\n" for line in lines))
    result = ggvv("configure", *BASELINE, seconds=PATIENCE)
    assert result.returncode == 1
    assert f"1 of 1 hosts are not as declared:\n  {HOST}: unreachable: " in result.stderr
    assert "host key" in result.stderr.lower()
