"""From any half-dead state the lab's hosts come up or go away whole, and nothing of them stays behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lab.hosts.cgroup import Cgroup
from lab.hosts.disk import Disks
from lab.hosts.hosts import Hosts
from lab.hosts.names import Names
from reference.handover import Handover
from tests.lab.conftest import PROFILE

KILLED = """
import os, signal, sys
from pathlib import Path
from lab.hosts import hosts, network, way_in
from reference.handover import Handover

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

folder, handover, profile, tree, moment = sys.argv[1:]
if moment == "keys are made":
    way_in.WayIn.prepare = die
if moment == "the network is half there":
    network.Network._attach = die
say = die if moment == "the first host is up" else print
hosts.Hosts(Path(folder)).up(Handover.model_validate_json(Path(handover).read_text()), profile, Path(tree), say)
"""
MOMENTS = ("keys are made", "the network is half there", "the first host is up")


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path / "lab" / "hosts")
    made.directory.parent.mkdir()
    yield made
    made.down()


def killed(hosts: Hosts, handover: Handover, tree: Path, moment: str) -> None:
    """Start the hosts in a process of its own, which gets SIGKILL at that moment."""
    file = hosts.directory.parent / "handover.json"
    file.write_text(handover.model_dump_json())
    arguments = [str(hosts.directory), str(file), PROFILE, str(tree), moment]
    ended = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def traces(hosts: Hosts) -> dict[str, object]:
    """All that there is of a lab's hosts on this machine."""
    names = Names.of(hosts.directory)
    group = Cgroup(names.lab)
    return {
        "namespaces": names.namespaces(),
        "mounts": Disks(hosts.directory).mounted(),
        "groups": [folder for folder in group.folders if folder.exists()],
        "processes": group.processes(),
        "folder": [*hosts.directory.glob("*")],
    }


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and only waits for the machine's init to notice does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_up_brings_every_host_up(hosts: Hosts, handover: Handover, tree: Path, moment: str):
    killed(hosts, handover, tree, moment)
    hosts.up(handover, PROFILE, tree, print)
    assert {status.running for status in hosts.status()} == {True}
    assert len(hosts.status()) == 8


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_down_leaves_nothing(hosts: Hosts, handover: Handover, tree: Path, moment: str):
    killed(hosts, handover, tree, moment)
    assert any(traces(hosts).values())
    assert hosts.down() is True
    assert not any(traces(hosts).values())


def test_down_leaves_nothing_of_running_hosts(hosts: Hosts, handover: Handover, tree: Path):
    hosts.up(handover, PROFILE, tree, print)
    seen = traces(hosts)
    assert all(seen.values())
    pids = Cgroup(Names.of(hosts.directory).lab).processes()
    hosts.down()
    assert not any(traces(hosts).values())
    assert not [pid for pid in pids if alive(pid)]
    assert hosts.down() is False


def test_down_finds_what_is_left_when_the_folder_is_gone(hosts: Hosts, handover: Handover, tree: Path):
    killed(hosts, handover, tree, "the network is half there")
    (hosts.directory / "plan.json").unlink()
    hosts.down()
    assert not any(traces(hosts).values())


def test_another_handover_begins_anew(hosts: Hosts, handover: Handover, tree: Path):
    hosts.up(handover, PROFILE, tree, print)
    smaller = handover.model_copy(update={"hosts": tuple(h for h in handover.hosts if h.site != "dc3")})
    said: list[str] = []
    hosts.up(smaller, PROFILE, tree, said.append)
    assert {status.site for status in hosts.status()} == {"dc1"}
    assert "another plan's or half-made" in said[0]
