"""A built tool is used again for the same content only, and never half built."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
from pathlib import Path

import pytest

from operations.toolchain import cache
from operations.toolchain.tools import Tool


@pytest.mark.parametrize(
    "file", ["main.go", "go.mod", "go.sum", "default.pgo", "patches/0001-faster.patch", "more/deep.go"]
)
def test_the_key_changes_with_every_file_that_a_build_reads(tool: Tool, file: str) -> None:
    before = cache.key(tool, "1.26.8")
    path = tool.source / file
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "// changed, example.org/crane v1.2.3\n")
    assert cache.key(tool, "1.26.8") != before


def test_the_key_changes_with_the_compiler_and_with_the_flags(tool: Tool) -> None:
    stamped = dataclasses.replace(tool, stamp="main.version=")
    assert len({cache.key(tool, "1.26.8"), cache.key(tool, "1.27.0"), cache.key(stamped, "1.26.8")}) == 3


@pytest.mark.parametrize("file", ["main_test.go", "README.md", ".swap/main.go"])
def test_the_key_stays_for_files_that_a_build_does_not_read(tool: Tool, file: str) -> None:
    before = cache.key(tool, "1.26.8")
    (tool.source / file).parent.mkdir(exist_ok=True)
    (tool.source / file).write_text("package main\n")
    assert cache.key(tool, "1.26.8") == before


def test_the_key_does_not_depend_on_where_the_project_lies(tool: Tool, tmp_path: Path) -> None:
    moved = tool.root.rename(tmp_path / "elsewhere")
    before = cache.key(dataclasses.replace(tool, root=moved), "1.26.8")
    moved.rename(tool.root)
    assert cache.key(tool, "1.26.8") == before


def test_a_file_under_another_name_changes_the_key(tool: Tool) -> None:
    before = cache.key(tool, "1.26.8")
    (tool.source / "main.go").rename(tool.source / "main_windows.go")
    assert cache.key(tool, "1.26.8") != before


def test_moving_a_byte_from_one_file_to_the_next_changes_the_key(tool: Tool) -> None:
    (tool.source / "a.go").write_text("xy")
    (tool.source / "b.go").write_text("z")
    before = cache.key(tool, "1.26.8")
    (tool.source / "a.go").write_text("xyb.goz")
    (tool.source / "b.go").unlink()
    assert cache.key(tool, "1.26.8") != before


def test_a_failed_build_leaves_nothing_behind(tool: Tool) -> None:
    target = cache.place(tool, "1.26.8")

    def fail(scratch: Path) -> None:
        (scratch / "half").write_text("a half")
        assert not target.exists()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        cache.fill(target, fail)
    assert list(cache.tools().iterdir()) == []


def test_a_build_killed_midway_is_never_taken_for_a_tool(tool: Tool) -> None:
    target = cache.place(tool, "1.26.8")

    def die(scratch: Path) -> None:
        (scratch / "half").write_text("a half")
        os._exit(9)

    killed = multiprocessing.get_context("fork").Process(target=cache.fill, args=(target, die))
    killed.start()
    killed.join()
    assert killed.exitcode == 9
    assert [path for path in cache.tools().iterdir() if not path.name.startswith(".")] == []


def test_only_one_run_holds_a_lock_and_the_other_says_that_it_waits() -> None:
    fork = multiprocessing.get_context("fork")
    held, release = fork.Event(), fork.Event()

    def hold() -> None:
        with cache.lock("crane"):
            held.set()
            release.wait(10)

    holder = fork.Process(target=hold)
    holder.start()
    assert held.wait(10)
    said: list[str] = []

    def on_wait() -> None:
        said.append("waiting")
        release.set()

    with cache.lock("crane", on_wait):
        holder.join(10)
        assert holder.exitcode == 0
    assert said == ["waiting"]


def test_old_builds_are_removed_but_not_those_of_a_tool_with_a_longer_name(tool: Tool) -> None:
    for age, name in enumerate(["crane-1", "crane-2", "crane-3", "crane-4", "crane-arm-1"]):
        (cache.tools() / name).mkdir(parents=True)
        os.utime(cache.tools() / name, (1000 - age, 1000 - age))
    cache.prune(tool, in_use=cache.tools() / "crane-4")
    assert sorted(path.name for path in cache.tools().iterdir()) == ["crane-1", "crane-2", "crane-4", "crane-arm-1"]
