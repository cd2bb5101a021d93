"""`ggvv` answers mistakes with one sentence and its documented exit codes, never with a traceback."""

from __future__ import annotations

import json

import pytest
import typer

from operations import console
from operations.cli import app
from operations.errors import Differs, UserError
from reference.errors import ArchitectureError


def ending(fault: BaseException | None) -> int:
    """The exit code of a command that ends with `fault`."""
    made = typer.Typer()

    @made.command()
    def command() -> None:
        if fault is not None:
            raise fault

    @made.command()
    def other() -> None:
        """Make the program have subcommands, as ggvv has."""

    return run(made, "command")


def run(program: typer.Typer, *arguments: str) -> int:
    """The exit code of a command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["ggvv", *arguments])
        return console.run(program)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (None, 0),
        (typer.Exit(1), 1),
        (UserError("the key is wrong"), 1),
        (ArchitectureError("the key is wrong"), 1),
        (Differs("one differs"), 2),
        (KeyboardInterrupt(), 1),
        (ZeroDivisionError("ours"), 1),
    ],
)
def test_exit_codes(fault: BaseException | None, code: int) -> None:
    assert ending(fault) == code


def test_a_users_mistake_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    ending(UserError("`ggvv:waves`: found 'x'; right is y; correct it"))
    assert capsys.readouterr().err == "`ggvv:waves`: found 'x'; right is y; correct it\n"


def test_our_own_fault_names_its_log_and_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    ending(ZeroDivisionError("ours"))
    said = capsys.readouterr().err
    assert "a fault in ggvv itself (ZeroDivisionError: ours)" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("arguments", [["plan", "--nope"], ["nope"], ["plan", "-s"]])
def test_a_usage_error_is_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, *arguments) == 1
    said = capsys.readouterr().err
    assert "fault in ggvv" not in said
    assert said.count("\n") == 1


def test_plan_as_json_is_a_versioned_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, "plan", "--stack", "lab-full", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert len(document["servers"]) == 620
    assert document["sample"] is True


def test_plan_as_tables_says_that_the_servers_are_a_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, "plan", "--stack", "newdc") == 0
    assert "the servers are a sample" in " ".join(capsys.readouterr().out.split())


@pytest.mark.requirement("IDM-1")
def test_the_plan_tells_identity_where_a_stack_deploys_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, "plan", "--format", "json") == 0
    identity = json.loads(capsys.readouterr().out)["identity"]
    assert {policy["id"]: policy["rollout"] for policy in identity["policies"]}["CAU001"] == "enforced"
    assert "ggvv-lab-gno-staff" in {group["name"] for group in identity["groups"]}
    assert run(app, "plan", "--stack", "lab-full", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["identity"] is None
