"""The compiled rules are loaded where they differ, kept by a new session only, and check mode loads nothing (FW-1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args

from tests.unit.ansible.test_modules import module

FLOW_RULES = module("firewall", "flow_rules")
PROGRAM = """#!/bin/sh
echo "$@" >>{log}
[ "$1" = same ] && exit {same}
[ "$1" = "{broken}" ] && {{ echo "syntax error" >&2; exit 1; }}
exit 0
"""

Firewall = Callable[..., tuple[dict[str, object], list[str]]]
"""Runs the module: its answer, and what it asked of ggvv-rules."""

pytestmark = pytest.mark.requirement("FW-1")


@pytest.fixture
def firewall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Firewall:
    """Runs the module on a firewall whose loaded rules are the `same` or not; its answer, and what was asked of it."""

    def run(
        *, same: bool = False, broken: str = "", check: bool = False, **arguments: object
    ) -> tuple[dict[str, object], list[str]]:
        program, log = tmp_path / "ggvv-rules", tmp_path / "log"
        program.write_text(PROGRAM.format(log=log, same=0 if same else 1, broken=broken))
        program.chmod(0o755)
        monkeypatch.setattr(FLOW_RULES, "PROGRAM", str(program))
        given = {"file": "/rules", "_ansible_check_mode": check, **arguments}
        with patch_module_args(given), pytest.raises(SystemExit):
            FLOW_RULES.main()
        return json.loads(capsys.readouterr().out), log.read_text().splitlines()

    return run


def test_rules_that_are_loaded_already_are_left_alone(firewall: Firewall):
    answer, asked = firewall(same=True)
    assert (answer["changed"], asked) == (False, ["same /rules"])


def test_other_rules_are_loaded_for_a_time(firewall: Firewall):
    answer, asked = firewall(patience=30)
    assert (answer["changed"], asked) == (True, ["same /rules", "try /rules 30"])


def test_they_are_kept_when_that_is_asked(firewall: Firewall):
    answer, asked = firewall(keep=True)
    assert (answer["changed"], asked) == (True, ["keep"])


def test_check_mode_foretells_and_loads_nothing(firewall: Firewall):
    answer, asked = firewall(check=True)
    assert (answer["changed"], asked) == (True, ["same /rules"])


def test_a_firewall_without_the_program_yet_would_change(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(FLOW_RULES, "PROGRAM", "/nowhere/ggvv-rules")
    assert FLOW_RULES.asked("same", "/rules").returncode == 1


@pytest.mark.parametrize(("broken", "arguments"), [("try", {}), ("keep", {"keep": True})])
def test_what_nft_refuses_fails_with_its_words(firewall: Firewall, broken: str, arguments: dict[str, object]):
    answer, _ = firewall(broken=broken, **arguments)
    assert answer["failed"]
    assert "syntax error" in answer["msg"]
