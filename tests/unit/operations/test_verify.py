"""GOV-2, GOV-3: `ggvv verify` tells pass, fail and not assessed apart, and its exit code says which it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations import console, verify
from operations.cli import app
from reference.check import Outcome, Result


def answer(check: str, outcome: Outcome, *requirements: str, **said: str) -> Result:
    """One answer of a check."""
    return Result(check=check, title="What it asks", requirements=requirements, outcome=outcome, **said)


GOOD = answer("A-CHK-1", Outcome.PASS, "IDM-2")
BAD = answer("A-CHK-2", Outcome.FAIL, "IDM-3", subject="itsm", expected="on", seen="off", remedy="turn it on")
OPEN = answer("A-CHK-3", Outcome.NOT_ASSESSED, "IDM-2", "IDM-4", seen="nobody could tell")


def run(monkeypatch: pytest.MonkeyPatch, results: list[Result], *arguments: str) -> int:
    """The exit code of `ggvv verify`, where the layers answer this."""
    monkeypatch.setattr(verify, "LAYERS", (verify.Layer(verify.LayerName.IDENTITY, lambda _: results),))
    monkeypatch.setattr("sys.argv", ["ggvv", "verify", *arguments])
    return console.run(app)


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([GOOD], 0),
        ([GOOD, OPEN], 0),
        ([GOOD, BAD], 2),
        ([BAD, OPEN], 2),
        ([OPEN], 1),
        ([], 1),
    ],
)
def test_the_exit_code_says_whether_something_fails_or_nothing_was_seen(
    monkeypatch: pytest.MonkeyPatch, results: list[Result], code: int
) -> None:
    assert run(monkeypatch, results) == code


@pytest.mark.requirement("GOV-2")
def test_the_three_answers_are_counted_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, [GOOD, BAD, OPEN])
    said = capsys.readouterr()
    assert "1 pass, 1 fail, 1 not assessed" in said.out


def test_the_last_words_name_each_failing_check_and_its_first_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    again = BAD.model_copy(update={"subject": "mail", "seen": "gone"})
    other = BAD.model_copy(update={"check": "A-CHK-4", "subject": "", "expected": ""})
    run(monkeypatch, [GOOD, BAD, again, other, OPEN])
    assert capsys.readouterr().err == (
        "stack 'lab': 2 checks fail; each, and what it found first:\n"
        "  A-CHK-2: itsm: found off; right is on\n"
        "  A-CHK-4: off\n"
    )


def test_a_finding_says_what_was_found_what_is_right_and_what_mends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, [BAD])
    said = capsys.readouterr().out
    assert "itsm: found off; right is on" in said
    assert "mend it: turn it on" in said


def test_many_findings_are_shown_as_a_few_and_how_many_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [BAD.model_copy(update={"subject": f"app-{n}", "seen": f"off since {n}"}) for n in range(12)]
    run(monkeypatch, many)
    said = capsys.readouterr().out
    assert "app-4" in said
    assert "app-5" not in said
    assert "and 7 more" in said


@pytest.mark.requirement("GOV-2")
def test_a_requirement_chooses_the_checks_that_prove_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, [GOOD, BAD, OPEN], "-r", "IDM-4") == 0
    said = capsys.readouterr().out
    assert "A-CHK-3" in said
    assert "A-CHK-2" not in said


def test_a_layer_chooses_the_kind_of_things_that_are_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, [GOOD], "--layer", "identity") == 0
    assert "A-CHK-1" in capsys.readouterr().out
    assert run(monkeypatch, [GOOD], "--layer", "hosts") == 1
    assert "deploys nothing that there are checks for; choose another stack or layer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("requirement", "sentence"),
    [("IDM-22", "requirement 'IDM-22' is not known"), ("BAK-3", "requirement BAK-3: no check proves it yet")],
)
def test_a_requirement_that_nothing_proves_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], requirement: str, sentence: str
) -> None:
    assert run(monkeypatch, [GOOD, OPEN], "-r", requirement) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.requirement("GOV-3")
def test_json_has_every_answer_and_a_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, [GOOD, BAD, OPEN], "--format", "json")
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert document["counts"] == {"pass": 1, "fail": 1, "not assessed": 1}
    assert [Result.model_validate(each) for each in document["results"]] == [GOOD, BAD, OPEN]


@pytest.mark.requirement("GOV-3")
def test_a_tenant_that_does_not_run_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("GGVV_LAB", str(tmp_path / "no-lab"))
    monkeypatch.setattr("sys.argv", ["ggvv", "verify"])
    assert console.run(app) == 1
    assert capsys.readouterr().err == "stack 'lab': the lab's tenant does not run; run: ggvv lab up\n"


def test_a_stack_of_which_nothing_can_be_looked_at_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["ggvv", "verify", "-s", "lab-full"])
    assert console.run(app) == 1
    assert "nothing could be looked at, such as no hosts of stack 'lab-full' run in the lab" in capsys.readouterr().err
