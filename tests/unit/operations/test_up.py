"""`ggvv up` configures once more where hosts had trouble, says so, and fails when they have it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from operations import backup, configure, lab_hosts
from operations.cli import app
from operations.commands import deploy, lab, verify
from operations.configuring.tally import Tally
from operations.errors import HostsDiffer, UserError
from tests.unit.operations.test_command_line import run

HOSTS = ("dc1-ns-01", "dc2-ns-01", "dc3-log-01")


def event(kind: str, host: str, message: str) -> dict[str, object]:
    return {"event": kind, "event_data": {"host": host, "role": "logging", "task": "Log", "res": {"msg": message}}}


@pytest.fixture
def troubled() -> Tally:
    """Two hosts that failed for the same reason, and one out of reach."""
    tally = Tally(HOSTS)
    for host in HOSTS[:2]:
        tally.take(event("runner_on_failed", host, "no such unit"))
    tally.take(event("runner_on_unreachable", HOSTS[2], "timed out"))
    return tally


def test_each_trouble_is_told_once_with_its_hosts(troubled: Tally, tmp_path: Path):
    with pytest.raises(HostsDiffer) as caught:
        configure._judge("lab", 2, troubled, tmp_path, check=False, whole=True)
    assert str(caught.value).splitlines() == [
        "stack 'lab': 3 of 3 hosts are not as declared:",
        "  dc1-ns-01, dc2-ns-01: logging: Log: no such unit",
        "  dc3-log-01: unreachable: timed out",
    ]


def test_a_run_that_ended_for_all_says_so_last(troubled: Tally, tmp_path: Path):
    troubled.ended_at = "storage: Lay the store"
    with pytest.raises(HostsDiffer) as caught:
        configure._judge("lab", 2, troubled, tmp_path, check=False, whole=True)
    assert str(caught.value).splitlines()[-1] == (
        "  'storage: Lay the store' is done by one host for all: what comes after it was not done on any"
    )


Up = Callable[..., tuple[int, str, int]]


@pytest.fixture
def up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Up:
    """`ggvv up` where each run of `configure` ends so: its exit code, what it said, and how often it configured."""

    def go(*ends: UserError | None) -> tuple[int, str, int]:
        left = list(ends)

        def configured(_stack: str) -> None:
            if (end := left.pop(0)) is not None:
                raise end

        monkeypatch.setattr(lab, "start", lambda: None)
        monkeypatch.setattr(deploy, "deploy", lambda _stack: None)
        monkeypatch.setattr(lab_hosts, "boot", lambda _stack, _profile: True)
        monkeypatch.setattr(configure, "configure", configured)
        monkeypatch.setattr(backup, "has_servers", lambda _stack: False)
        monkeypatch.setattr(verify, "verify_all", lambda _stack: None)
        code = run(app, "up")
        return code, capsys.readouterr().err, len(ends) - len(left)

    return go


def test_hosts_with_trouble_are_configured_once_more_and_it_is_told(up: Up):
    code, said, runs = up(HostsDiffer("dc1-ns-01: timed out"), None)
    assert (code, runs) == (0, 2)
    assert "dc1-ns-01: timed out\nconfigure: once more" in said


def test_trouble_that_comes_back_is_an_error(up: Up):
    code, said, runs = up(HostsDiffer("dc1-ns-01: timed out"), HostsDiffer("dc1-ns-01: no such unit"), None)
    assert (code, runs) == (1, 2)
    assert said.endswith("dc1-ns-01: no such unit\n")


def test_what_is_no_trouble_of_hosts_is_not_tried_again(up: Up):
    code, _said, runs = up(UserError("no handover"), None)
    assert (code, runs) == (1, 1)
