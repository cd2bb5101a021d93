"""Where hosts can't boot, one sentence says why and what to do."""

import shutil
from pathlib import Path

import pytest

from lab.hosts.machine import NEEDED, obstacle
from operations.toolchain.bootstrap import wanted_packages

ROOT, NOBODY, CONTAINER, ROUTER = "000001ffffffffff", "0000000000000000", "00000000a80425fb", "00000000a80435fb"
"""Effective capabilities of root, of a user, of root in a container, and in one that may change its network."""


@pytest.fixture
def cgroups(tmp_path: Path) -> Path:
    (tmp_path / "cgroup").mkdir()
    (tmp_path / "cgroup" / "cgroup.procs").touch()
    return tmp_path / "cgroup"


def status(folder: Path, capabilities: str) -> Path:
    path = folder / "status"
    path.write_text(f"Name:\tggvv\nCapInh:\t0000000000000000\nCapEff:\t{capabilities}\n")
    return path


def everything(command: str) -> str:
    return f"/usr/bin/{command}"


def test_root_with_all_commands_can(tmp_path: Path, cgroups: Path):
    assert obstacle(status(tmp_path, ROOT), cgroups, everything) is None


@pytest.mark.parametrize("capabilities", [NOBODY, CONTAINER, ROUTER])
def test_who_may_not_make_namespaces_is_told_to_be_root(tmp_path: Path, cgroups: Path, capabilities: str):
    reason = obstacle(status(tmp_path, capabilities), cgroups, everything)
    assert reason is not None
    assert "run it as root (sudo), not in an unprivileged container" in reason


def test_missing_packages_are_named(tmp_path: Path, cgroups: Path):
    def which(command: str) -> str | None:
        return None if command in {"systemd-nspawn", "nc"} else everything(command)

    reason = obstacle(status(tmp_path, ROOT), cgroups, which)
    assert reason == "the packages netcat-openbsd, systemd-container are not installed; run: sudo make venv"


def test_a_machine_without_cgroup2_is_told(tmp_path: Path):
    (tmp_path / "old").mkdir()
    reason = obstacle(status(tmp_path, ROOT), tmp_path / "old", everything)
    assert reason is not None
    assert "has no cgroup2 hierarchy" in reason


def test_the_packages_that_it_asks_for_are_those_that_make_installs():
    assert {package for package in NEEDED.values() if package != "mount"} <= {*wanted_packages()}
    assert shutil.which("mount")
