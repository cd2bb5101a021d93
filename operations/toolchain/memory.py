"""How much memory a build may take here."""

from __future__ import annotations

import re
from pathlib import Path


def available(root: Path = Path("/")) -> int:
    """Bytes that new programs can get: what the kernel says, and no more than the container's limit leaves."""
    free = _meminfo(root / "proc/meminfo")
    group = root / "sys/fs/cgroup"
    try:
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
    except (OSError, ValueError):  # no container, or "max": no limit
        return free
    return min(free, limit - used)


def _meminfo(path: Path) -> int:
    found = re.search(r"^MemAvailable:\s+(\d+) kB", path.read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
