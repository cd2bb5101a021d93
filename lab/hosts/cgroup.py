"""Control groups: each host has its own, and so nothing that runs in one is ever taken for somebody else's process.

Works on cgroup2 alone (systemd's default) and on the hybrid layout, where each hierarchy gets the same folders.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lab.hosts.errors import HostsError

ROOT = Path("/sys/fs/cgroup")
LAB = "ggvv-"
"""How the groups of all labs begin."""

RECLAIMED = 5.0
"""Seconds that the kernel gets to bury killed processes."""

MEMORY = frozenset({"anon", "shmem", "total_rss", "total_shmem"})
"""Lines of memory.stat that tell what can't be taken back: cgroup2's names, and the older hierarchy's."""


@dataclass(frozen=True)
class Cgroup:
    """The group `name` (a path below the root) in every hierarchy that this machine has."""

    name: str
    root: Path = ROOT

    @cached_property
    def _unified(self) -> Path:
        """The group in the cgroup2 hierarchy."""
        hybrid = self.root / "unified"
        return (hybrid if hybrid.is_dir() else self.root) / self.name

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """The group's folders: one, or in the hybrid layout those that systemd inside needs, and memory's."""
        if not (self.root / "unified").is_dir():
            return (self._unified,)
        return (self.root / "systemd" / self.name, self._unified, self.root / "memory" / self.name)

    def make(self) -> None:
        """Make it, if it isn't there."""
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
        enabled = self._unified.parent / "cgroup.subtree_control"
        if len(self.folders) == 1 and "memory" in (self._unified.parent / "cgroup.controllers").read_text().split():
            enabled.write_text("+memory")

    @property
    def exists(self) -> bool:
        """Whether any of its folders is there."""
        return any(folder.is_dir() for folder in self.folders)

    @property
    def populated(self) -> bool:
        """Whether a process is in it, or in a group below."""
        try:
            return "populated 1" in (self._unified / "cgroup.events").read_text()
        except OSError:
            return False

    def processes(self) -> list[int]:
        """The pids in it and below, the outermost groups first."""
        pids: list[int] = []
        for path in sorted(self._unified.rglob("cgroup.procs")):
            with contextlib.suppress(OSError):
                pids += [int(pid) for pid in path.read_text().split()]
        return pids

    def memory(self) -> int:
        """Bytes that its processes and their tmpfs files hold; files that can be read again don't count."""
        try:
            lines = (self.folders[-1] / "memory.stat").read_text().splitlines()
        except OSError:
            return 0
        return sum(int(line.split()[1]) for line in lines if line.split()[0] in MEMORY)

    def kill(self) -> None:
        """Kill all in it at once (cgroup.kill, Linux 5.14), and wait until they are gone.

        Raises:
            HostsError: something does not die.
        """
        with contextlib.suppress(FileNotFoundError):
            (self._unified / "cgroup.kill").write_text("1")
        if not self.wait_empty(RECLAIMED):
            raise HostsError(f"{self.name}: its processes {self.processes()} can't be killed; see `ps` for their state")

    def wait_empty(self, seconds: float) -> bool:
        """Wait up to `seconds` until no process is in it; True if so."""
        deadline = time.monotonic() + seconds
        while self.populated:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def remove(self) -> None:
        """Kill what is in it, and remove it with all below."""
        self.kill()
        deadline = time.monotonic() + RECLAIMED
        for folder in self.folders:
            while folder.is_dir() and time.monotonic() < deadline:
                self._remove_below(folder)

    @staticmethod
    def _remove_below(folder: Path) -> None:
        """Remove a group and those below, deepest first; one that is still busy is tried again by the caller."""
        for path in sorted((path for path in folder.rglob("*/")), reverse=True):
            with contextlib.suppress(OSError):
                path.rmdir()
        with contextlib.suppress(OSError):
            folder.rmdir()


def labs(root: Path = ROOT) -> list[str]:
    """The names of all labs on this machine that have hosts."""
    return sorted(path.name for path in Cgroup(LAB, root).folders[0].parent.glob(f"{LAB}*"))
