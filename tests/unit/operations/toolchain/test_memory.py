"""Memory: what the kernel says, within the container's limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.toolchain.memory import available

GIB = 2**30


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, 8 * GIB), ("max", 8 * GIB), (str(4 * GIB), 3 * GIB), (str(64 * GIB), 8 * GIB)]
)
def test_the_smaller_of_machine_and_container_counts(tmp_path: Path, limit: str | None, expected: int) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable:   {8 * GIB // 1024} kB\n")
    if limit is not None:
        group = tmp_path / "sys" / "fs" / "cgroup"
        group.mkdir(parents=True)
        (group / "memory.max").write_text(f"{limit}\n")
        (group / "memory.current").write_text(f"{GIB}\n")
    assert available(tmp_path) == expected
