"""Patches change a copy of a dependency; one that doesn't fit stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.errors import UserError
from operations.toolchain import patches
from operations.toolchain.go import Go
from operations.toolchain.tools import Tool

PATCH = """\
Say it louder.

--- a/example.org/rope/knot/knot.go
+++ b/example.org/rope/knot/knot.go
@@ -1,3 +1,3 @@
 package knot

-const Words = "tie"
+const Words = "TIE"
"""


@pytest.fixture
def module(tmp_path: Path, tool: Tool, go: Go) -> Path:
    """The dependency example.org/rope in a read-only module cache, and a patch for it."""
    module = tmp_path / "modules" / "rope@v1.0.0"
    (module / "knot").mkdir(parents=True)
    (module / "go.mod").write_text("module example.org/rope\n")
    (module / "knot" / "knot.go").write_text('package knot\n\nconst Words = "tie"\n')
    (module / "knot" / "knot_test.go").write_text("package knot\n")
    (module / "knot" / "knot.go").chmod(0o444)
    (module / "knot").chmod(0o555)
    (tool.source / "patches").mkdir()
    (tool.source / "patches" / "0001-louder.patch").write_text(PATCH)
    (go.program.parent / "listed").write_text(f"example.org/rope {module}")
    return module


def test_without_patches_a_build_needs_no_further_flags(tool: Tool, go: Go, tmp_path: Path) -> None:
    assert patches.apply(tool, go, tmp_path) == []


@pytest.mark.usefixtures("module")
def test_the_build_gets_a_patched_copy_in_place_of_the_module(tool: Tool, go: Go, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert patches.apply(tool, go, scratch) == [f"-modfile={scratch / 'go.mod'}"]
    copy = scratch / "patched" / "example.org" / "rope"
    assert (copy / "knot" / "knot.go").read_text() == 'package knot\n\nconst Words = "TIE"\n'
    assert not (copy / "knot" / "knot_test.go").exists()
    assert (go.program.parent / "replaced").read_text() == f"-replace=example.org/rope={copy}\n"
    assert (scratch / "go.sum").read_text() == (tool.source / "go.sum").read_text()


def test_the_module_cache_stays_as_it_is(tool: Tool, go: Go, tmp_path: Path, module: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    patches.apply(tool, go, scratch)
    assert (module / "knot" / "knot.go").read_text() == 'package knot\n\nconst Words = "tie"\n'


@pytest.mark.parametrize(
    "found",
    ['package knot\n\nconst Words = "bind"\n', 'package loop\n\nconst Words = "tie"\n'],
    ids=["line", "context"],
)
def test_a_patch_that_does_not_fit_stops_the_build(
    tool: Tool, go: Go, tmp_path: Path, module: Path, found: str
) -> None:
    (module / "knot" / "knot.go").chmod(0o644)
    (module / "knot" / "knot.go").write_text(found)
    (tmp_path / "scratch").mkdir()
    with pytest.raises(UserError, match=r"tools/crane/patches/0001-louder\.patch doesn't fit the pinned version"):
        patches.apply(tool, go, tmp_path / "scratch")


def test_a_patch_says_which_packages_it_changes(tmp_path: Path) -> None:
    (tmp_path / "a.patch").write_text(PATCH + PATCH.replace("knot/knot.go", "loop/loop.go"))
    assert patches.changed_packages(tmp_path / "a.patch") == {"example.org/rope/knot", "example.org/rope/loop"}
