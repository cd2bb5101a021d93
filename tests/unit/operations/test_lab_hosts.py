"""Hosts boot from a deploy of the lab's own stacks only; where they can't, the rest of the lab goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations import console, lab_hosts
from operations.cli import app
from operations.errors import UserError
from tests.unit.operations.test_command_line import run


@pytest.fixture
def empty_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GGVV_LAB", str(tmp_path / "lab"))
    return tmp_path / "lab"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    words: list[str] = []
    monkeypatch.setattr(console, "say", words.append)
    return words


def test_a_stack_that_is_not_the_lab_s_boots_nothing():
    with pytest.raises(UserError, match=r"stack 'pilot': only stacks of the lab have hosts in it; .* -s lab"):
        lab_hosts.boot("pilot", "lab")


def test_a_machine_that_can_t_boot_hosts_is_told_and_no_error(said: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lab_hosts, "obstacle", lambda: "run it as root")
    lab_hosts.boot("lab", "lab")
    assert said == ["lab: no hosts: run it as root; everything else of the lab works"]


@pytest.mark.usefixtures("empty_lab")
def test_before_a_deploy_the_lab_comes_up_without_hosts(said: list[str]):
    lab_hosts.boot_if_deployed("lab", "lab")
    assert len(said) == 1
    assert said[0].startswith("lab: no hosts yet")
    assert said[0].endswith("stack 'lab' was not deployed; run: ggvv deploy -s lab")


@pytest.mark.parametrize(
    "words",
    [("ssh", "dc1-fw-01"), ("start", "x"), ("stop", "x"), ("restart", "x"), ("crash", "x"), ("cut", "dc1", "dc2"),
     ("heal", "dc1", "dc2")],
)  # fmt: skip
def test_a_command_on_hosts_that_were_never_started_says_what_to_run(
    empty_lab: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    assert run(app, "lab", *words) == console.ERROR
    assert "lab hosts: none were started; run: ggvv lab up" in capsys.readouterr().err
    assert not empty_lab.exists()
