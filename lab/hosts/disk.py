"""A host's disk: the golden tree below, and its own changes above (overlayfs, the upper layer on one tmpfs)."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from lab.hosts.command import run
from lab.hosts.errors import HostsError

MOUNTS = Path("/proc/self/mountinfo")
SIZE = "4g"
"""Room for the changes of all hosts, and so the most memory that their disks can take (tmpfs' `size`)."""

MOUNT_POINT = 4
"""The field of a line of mountinfo that has the mount point (proc(5))."""


@dataclass(frozen=True)
class Disks:
    """The disks of a lab's hosts, below `directory`."""

    directory: Path

    @property
    def store(self) -> Path:
        """The tmpfs with all upper layers."""
        return self.directory / "disks"

    def root(self, host: str) -> Path:
        """Where a host's whole file system is seen."""
        return self.directory / "roots" / host

    def open(self) -> None:
        """Mount the store, if it isn't."""
        self.store.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.store not in self.mounted():
            run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "ggvv-lab", str(self.store)])

    def insert(self, host: str, tree: Path) -> Path:
        """Mount a host's disk over the golden `tree`, with what it held before; its root."""
        root, own = self.root(host), self.store / host
        if root in self.mounted():
            return root
        root.mkdir(parents=True, exist_ok=True)
        upper, work = own / "upper", own / "work"
        for folder in (upper, work):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        layers = f"lowerdir={_escaped(tree)},upperdir={_escaped(upper)},workdir={_escaped(work)}"
        run(["mount", "-t", "overlay", "-o", layers, "ggvv-lab", str(root)])
        return root

    def remove(self, host: str) -> None:
        """Take a host's disk out and throw it away; the next one that is inserted is new."""
        if (root := self.root(host)) in self.mounted():
            run(["umount", str(root)])
        shutil.rmtree(self.store / host, ignore_errors=True)

    def mounted(self) -> list[Path]:
        """What is mounted below the directory now, the innermost last."""
        points = (_unescaped(line.split()[MOUNT_POINT]) for line in MOUNTS.read_text().splitlines())
        return sorted(path for path in map(Path, points) if path.is_relative_to(self.directory))

    def close(self) -> None:
        """Unmount everything and remove the folders; the hosts' changes are gone then.

        Raises:
            HostsError: something is still mounted.
        """
        for path in reversed(self.mounted()):
            run(["umount", str(path)])
        if left := self.mounted():
            raise HostsError(f"lab hosts: {left[0]} can't be unmounted; leave that folder, then run: ggvv lab down")
        shutil.rmtree(self.directory, ignore_errors=True)


def _escaped(path: Path) -> str:
    """A path as overlayfs' options want it: colon and comma part layers and options."""
    return re.sub(r"([\\:,])", r"\\\1", str(path))


def _unescaped(field: str) -> str:
    """A path as mountinfo has it, in plain: spaces and the like are written in octal there."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)
