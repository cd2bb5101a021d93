"""What make runs ends with an exit code and one sentence, never with a traceback."""

from __future__ import annotations

import pytest

from operations.errors import UserError
from operations.toolchain import __main__ as command


def test_a_step_that_fails_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise UserError("crane: the build failed; free some disk")

    monkeypatch.setitem(command.STEPS, "tools", fail)
    assert command.main(["tools"]) == 1
    assert capsys.readouterr().err == "tools: crane: the build failed; free some disk\n"


def test_a_step_that_works_ends_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setitem(command.STEPS, "environment", lambda: done.append("environment"))
    assert command.main(["environment"]) == 0
    assert done == ["environment"]


@pytest.mark.parametrize("arguments", [[], ["cranes"], ["tools", "more"]])
def test_an_unknown_step_is_answered_with_the_known_ones(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 1
    assert "environment|gofmt|tools" in capsys.readouterr().err
