"""`ggvv doctor`: says of each part what is in use, and of each missing one what mends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.toolchain import Row, State, bootstrap, diagnosis, doctor


def rows() -> dict[str, Row]:
    return {row.part: row for row in doctor()}


def test_every_part_is_there_once() -> None:
    parts = [row.part for row in doctor()]
    assert len(parts) == len(set(parts))
    assert {"Python", "virtual environment", "Go", "pulumi", "ggvv-vcenter", "memory", "disk"} <= set(parts)


def test_what_is_not_in_order_has_a_remedy_and_what_is_has_none() -> None:
    for row in doctor():
        assert bool(row.remedy) == (row.state is not State.OK), row


def test_a_tool_that_is_not_built_is_missing() -> None:
    assert rows()["pulumi"].state is State.MISSING
    assert rows()["pulumi"].remedy == "run: make tools"


def test_an_official_cli_is_named_as_such(program: Callable[..., Path]) -> None:
    for name in ("pulumi", "pulumi-language-python", "pulumi-language-python-exec"):
        program(f"bin/{name}", "echo v3.301.0")
    row = rows()["pulumi"]
    assert (row.origin, row.version, row.state) == ("official", "3.301.0", State.OK)


def test_missing_system_packages_come_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "missing_packages", lambda: ["patch"])
    row = rows()["system packages"]
    assert (row.state, row.remedy) == (State.MISSING, "run: sudo apt-get install -y patch")


def test_too_little_memory_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "available", lambda: 2**30)
    assert rows()["memory"].state is State.NOTICE


def test_a_lock_that_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "in_sync", lambda: False)
    assert rows()["virtual environment"].remedy == "run: make venv"
