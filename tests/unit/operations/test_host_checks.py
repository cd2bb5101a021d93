"""GOV-2: what the hosts' tests say becomes answers of checks, with the three outcomes kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations import host_checks
from operations.errors import UserError
from reference.check import Outcome, Result
from reference.requirement import requirements

OPTION = """
def pytest_addoption(parser):
    parser.addoption("--stack")
"""

TESTS = """
import pytest

@pytest.mark.requirement("SEC-1", "FW-1")
@pytest.mark.parametrize("machine", ["one", "two"])
def test_a_door_is_shut(machine):
    assert machine == "one", "found it open; right is shut"

@pytest.mark.requirement("SEC-1")
def test_the_kernel_audits():
    pytest.skip("not assessed: the kernel is shared")

@pytest.fixture
def broken():
    raise OSError("no way to the host")

@pytest.mark.requirement("CMP-2")
def test_votes(broken):
    pass
"""


@pytest.fixture
def hosts_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for tests/hosts."""
    monkeypatch.setattr(host_checks, "FOLDER", tmp_path)
    (tmp_path / "conftest.py").write_text(OPTION)
    (tmp_path / "test_of_hosts.py").write_text(TESTS)
    return tmp_path


def answers(requirement: str | None = None) -> dict[tuple[str, str], Result]:
    found = host_checks.ask_hosts("lab", requirement)
    return {(each.check.removeprefix("HOST-CHK-"), each.subject): each for each in found}


@pytest.mark.requirement("GOV-2")
@pytest.mark.usefixtures("hosts_tests")
def test_each_test_and_host_is_one_answer_of_three_kinds():
    assert {key: answer.outcome for key, answer in answers().items()} == {
        ("a-door-is-shut", "one"): Outcome.PASS,
        ("a-door-is-shut", "two"): Outcome.FAIL,
        ("the-kernel-audits", ""): Outcome.NOT_ASSESSED,
        ("votes", ""): Outcome.FAIL,
    }


@pytest.mark.usefixtures("hosts_tests")
def test_an_answer_tells_what_was_seen_what_it_proves_and_what_mends_it():
    found = answers()
    shut = found["a-door-is-shut", "two"]
    assert (shut.title, shut.requirements) == ("A door is shut", ("SEC-1", "FW-1"))
    assert (shut.seen, shut.remedy) == ("found it open; right is shut", "ggvv configure -s lab")
    assert found["the-kernel-audits", ""].seen == "the kernel is shared"
    assert "no way to the host" in found["votes", ""].seen


@pytest.mark.usefixtures("hosts_tests")
def test_only_what_proves_a_requirement_is_asked_where_one_is_named():
    assert {check for check, _ in answers("CMP-2")} == {"votes"}


def test_tests_that_can_t_be_read_are_an_error_and_no_answer(hosts_tests: Path):
    (hosts_tests / "test_of_hosts.py").write_text("import nothing_of_this_name")
    with pytest.raises(UserError, match=r"the hosts could not be asked: .*nothing_of_this_name"):
        host_checks.ask_hosts("lab", None)


@pytest.mark.requirement("GOV-2")
def test_every_check_of_the_hosts_proves_a_known_requirement_under_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, set[str]] = {}

    def note(_self: object, session: pytest.Session) -> None:
        for item in session.items:
            proves = host_checks.proved(item.user_properties)
            assert proves, f"{item.nodeid} names no requirement"
            assert {*proves} <= {*requirements()}, f"{item.nodeid}: {proves}"
            seen.setdefault(item.name.partition("[")[0], set()).add(str(item.path))
        session.items.clear()

    monkeypatch.setattr(host_checks.Answers, "pytest_collection_finish", note)
    host_checks.ask_hosts("lab", None)
    assert len(seen) > 40
    assert {name: files for name, files in seen.items() if len(files) > 1} == {}
