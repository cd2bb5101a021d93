"""`ggvv up`, which `make up` runs, ends with verified hosts and an answer per requirement (GOV-1, GOV-2)."""

from __future__ import annotations

import re

import pytest

from lab.place import Lab
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
    assert answers["SEC-1"] == "pass"
