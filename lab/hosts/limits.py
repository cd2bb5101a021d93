"""One limit of the machine that many booted hosts run into: each systemd watches files, and all are root's to count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SETTING = Path("/proc/sys/fs/inotify/max_user_instances")
ENOUGH = 8192
"""inotify instances (inotify(7)) of one user; a fresh host has about eight, Debian's 128 are used up by sixteen."""


KEPT = Path("/run/ggvv-inotify-instances")
"""Remembers what it was, for all labs of the machine: the last of them to go gives it back."""


@dataclass(frozen=True)
class WatchLimit:
    """Raises the limit while there are labs."""

    setting: Path = SETTING
    kept: Path = KEPT

    def raise_(self) -> bool:
        """Raise it, where it is too low; True if so."""
        before = self.setting.read_text()
        if int(before) >= ENOUGH:
            return False
        self.kept.write_text(before, encoding="utf-8")
        self.setting.write_text(str(ENOUGH))
        return True

    def restore(self) -> None:
        """Give the machine its own limit back, unless somebody else has changed it since."""
        if not self.kept.exists():
            return
        if int(self.setting.read_text()) == ENOUGH:
            self.setting.write_text(self.kept.read_text())
        self.kept.unlink()
