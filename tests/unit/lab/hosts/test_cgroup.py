"""Control groups in both layouts, on a folder that looks like the kernel's."""

from pathlib import Path

import pytest

from lab.hosts.cgroup import Cgroup, labs
from lab.hosts.errors import HostsError


@pytest.fixture
def hybrid(tmp_path: Path) -> Path:
    for name in ("systemd", "unified", "memory", "cpu"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def unified(tmp_path: Path) -> Path:
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    return tmp_path


def test_the_hybrid_layout_has_the_group_in_three_hierarchies(hybrid: Path):
    group = Cgroup("ggvv-a/dc1-fw-01", hybrid)
    group.make()
    assert group.folders == tuple(hybrid / name / "ggvv-a/dc1-fw-01" for name in ("systemd", "unified", "memory"))
    assert all(folder.is_dir() for folder in group.folders)


def test_cgroup2_alone_has_one_folder_and_counts_memory(unified: Path):
    (unified / "ggvv-a").mkdir()
    (unified / "ggvv-a" / "cgroup.controllers").write_text("cpu memory")
    group = Cgroup("ggvv-a/dc1-fw-01", unified)
    group.make()
    assert group.folders == (unified / "ggvv-a/dc1-fw-01",)
    assert (unified / "ggvv-a" / "cgroup.subtree_control").read_text() == "+memory"


@pytest.mark.parametrize(
    "lines", ["anon 1000\nfile 9999\nshmem 24\n", "cache 9999\ntotal_cache 9\ntotal_rss 1000\ntotal_shmem 24\n"]
)
def test_memory_is_what_can_t_be_read_again(unified: Path, lines: str):
    (unified / "ggvv-a").mkdir()
    (unified / "ggvv-a" / "memory.stat").write_text(lines)
    assert Cgroup("ggvv-a", unified).memory() == 1024


def test_a_group_that_is_gone_has_no_processes_and_no_memory(unified: Path):
    group = Cgroup("ggvv-a", unified)
    assert (group.exists, group.populated, group.memory(), group.processes()) == (False, False, 0, [])


def test_processes_that_don_t_die_are_named(unified: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lab.hosts.cgroup.RECLAIMED", 0.01)
    (unified / "ggvv-a").mkdir()
    (unified / "ggvv-a" / "cgroup.events").write_text("populated 1\nfrozen 0\n")
    (unified / "ggvv-a" / "cgroup.procs").write_text("4711\n")
    with pytest.raises(HostsError, match=r"ggvv-a: its processes \[4711\] can't be killed"):
        Cgroup("ggvv-a", unified).kill()


def test_only_our_labs_are_counted(hybrid: Path):
    for name in ("ggvv-a", "ggvv-b", "docker"):
        (hybrid / "systemd" / name).mkdir()
    assert labs(hybrid) == ["ggvv-a", "ggvv-b"]
