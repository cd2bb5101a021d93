"""A machine of the test's own: an empty cache, an empty PATH, a home without Pulumi, and a tool to build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.toolchain.go import Go
from operations.toolchain.tools import Tool

Program = Callable[..., Path]

GO = """\
case "$1" in
  list) echo "$(cat "$(dirname "$0")/listed")" ;;
  mod) echo "$3" >> "$(dirname "$0")/replaced" ;;
  build)
    echo built >> "$(dirname "$0")/calls"
    echo "$@" > "$(dirname "$0")/arguments"
    sleep "$(cat "$(dirname "$0")/slow" 2>/dev/null || echo 0)"
    if [ -e "$(dirname "$0")/broken" ]; then cat "$(dirname "$0")/broken"; exit 1; fi
    while [ "$1" != -o ]; do shift; done
    echo '#!/bin/sh' > "$2" && chmod +x "$2" ;;
esac
"""
"""A Go that records how it was called; files beside it say what it lists, how slow it is and how it fails."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes an executable that runs some shell lines: `program("bin/pulumi", "echo v3.300.0")`."""

    def make(name: str, script: str = "true") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's folder; `bin` in it is on PATH before what the system needs."""
    monkeypatch.setenv("GGVV_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi-home"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path


@pytest.fixture
def go(program: Program) -> Go:
    """A compiler that makes an empty program at once."""
    return Go(program("go/go", GO), "1.26.8", "system")


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """A tool `crane` 1.2.3 with a source file, a module file and its sums."""
    source = tmp_path / "project" / "tools" / "crane"
    source.mkdir(parents=True)
    (source / "go.mod").write_text("module crane\n\nrequire (\n\texample.org/crane v1.2.3\n)\n")
    (source / "go.sum").write_text("example.org/crane v1.2.3 h1:abc=\n")
    (source / "main.go").write_text("package main\n")
    return Tool(name="crane", purpose="lifts", folder="tools/crane", pin="example.org/crane", root=tmp_path / "project")
