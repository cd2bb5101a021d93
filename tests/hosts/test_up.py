"""`ggvv up`, which `make up` runs, ends with verified hosts and an answer per requirement (GOV-1, GOV-2)."""

from __future__ import annotations

import re

import pytest

from lab.place import Lab
from operations.console import DONE
from reference.requirement import Priority, requirements
from tests.hosts.asked import Asked
from tests.hosts.own_lab import LAST_WORDS, UP


@pytest.fixture
def said(asked: Asked, place: Lab, pytestconfig: pytest.Config) -> str:
    """What `ggvv up` printed when it brought up the lab of these tests."""
    if asked.standing:
        pytest.skip(f"not assessed: the lab in {place.directory} was brought up before the tests")
    return pytestconfig.stash[UP].stdout


@pytest.mark.requirement("GOV-1")
def test_every_host_is_configured(said: str, asked: Asked):
    assert re.search(rf"configure lab: {len(asked.hosts)} hosts, \d+ changed, 0 failed or unreachable", said)


@pytest.mark.requirement("GOV-2")
def test_every_binding_requirement_has_its_answer_and_none_fails(said: str, pytestconfig: pytest.Config):
    table = said.rpartition("Requirements")[2]
    answers = dict(re.findall(r"│ ([A-Z]+-\d) +│ (pass|fail|not assessed) +│", table))
    assert {*answers} >= {
        name for name, each in requirements().items() if each.priority in {Priority.MUST, Priority.HOLD}
    }
    failing = [name for name, answer in answers.items() if answer == "fail"]
    assert not failing, f"found {failing}: {pytestconfig.stash[UP].stderr[-LAST_WORDS:]}"
    assert answers["SEC-1"] == answers["BAK-1"] == answers["BAK-2"] == answers["BAK-3"] == "pass"


@pytest.mark.requirement("GOV-2")
def test_no_check_of_any_host_fails(said: str, pytestconfig: pytest.Config):
    """All of tests/hosts was run by it, each test for each host."""
    up = pytestconfig.stash[UP]
    assert up.returncode == DONE, up.stderr[-LAST_WORDS:]
    found = re.search(r"(\d+) pass, (\d+) fail, ", said)
    assert found is not None, said[-LAST_WORDS:]
    assert int(found[1]) > 100
    assert found[2] == "0"


@pytest.mark.requirement("BAK-1", "BAK-2")
def test_every_host_is_backed_up_and_its_copies_are_read_back(said: str):
    assert re.search(r"backup lab: \d+ hosts, 0 failed", said)
    assert "100 % of all files read back and whole (dc1-bak-01, dc2-bak-01)" in said
