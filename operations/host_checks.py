"""Asks the hosts by tests/hosts (pytest-testinfra over SSH), and takes its answers as those of any other check."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from operations import console, project
from operations.errors import UserError
from reference.check import Outcome, Result

FOLDER = project.ROOT / "tests" / "hosts"
REQUIREMENTS = "requirements"
"""The property of a test's report that tells what the test proves."""


def ask_hosts(stack: str, requirement: str | None) -> tuple[Result, ...]:
    """The answers of all tests of hosts, or of those that prove `requirement`; an answer for each test and host.

    Raises:
        UserError: the tests could not be run at all; says why.
    """
    with Answers(stack, requirement) as answers:
        code = pytest.main(_options(stack), plugins=[answers])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
        reason = "; ".join(answers.trouble) or f"pytest ended with {code}"
        raise UserError(f"stack '{stack}': the hosts could not be asked: {reason}")
    return tuple(answers.results)


def _options(stack: str) -> list[str]:
    """How pytest is called: with the project's settings, but nothing of its own on the screen."""
    settings = ["-c", str(project.ROOT / "pyproject.toml"), "-o", "addopts=", "--import-mode=importlib"]
    return [str(FOLDER), *settings, "-p", "no:terminal", "-p", "no:cacheprovider", "--stack", stack]


class Answers:
    """A pytest plugin that turns reports into results, and shows how far it is."""

    def __init__(self, stack: str, requirement: str | None) -> None:
        self.results: list[Result] = []
        self.trouble: list[str] = []
        self._stack, self._requirement = stack, requirement
        self._bar = Progress(
            TextColumn("verify: hosts"), BarColumn(), MofNCompleteColumn(),
            console=console.err, transient=True, disable=not console.err.is_terminal,
        )  # fmt: skip
        self._line = self._bar.add_task("", total=None)

    def __enter__(self) -> Answers:
        """Start to show."""
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop to show."""
        self._bar.stop()

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests that are asked for, and let each report tell what it proves."""
        for item in items:
            proves = tuple(each for mark in item.iter_markers("requirement") for each in mark.args)
            item.user_properties.append((REQUIREMENTS, proves))
        if self._requirement is not None:
            others = [item for item in items if self._requirement not in proved(item.user_properties)]
            items[:] = [item for item in items if item not in others]
            config.hook.pytest_deselected(items=others)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note how many there are."""
        self._bar.update(self._line, total=len(session.items))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not even be read."""
        if report.failed:
            self.trouble.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take an answer: of the call, or of a preparation or an end that went wrong."""
        if report.when == "call" or not report.passed:
            self.results.append(result(report, self._stack))
            self._bar.advance(self._line)


def proved(properties: Iterable[tuple[str, object]]) -> tuple[str, ...]:
    """The requirements in a report's properties."""
    return next((tuple(map(str, v)) for n, v in properties if n == REQUIREMENTS and isinstance(v, tuple)), ())


def result(report: pytest.TestReport, stack: str) -> Result:
    """A test's report as an answer: its name is the check, what it was run for the subject."""
    name, _, subject = report.nodeid.rpartition("::")[2].partition("[")
    words = name.removeprefix("test_").split("_")
    outcome = {"passed": Outcome.PASS, "failed": Outcome.FAIL, "skipped": Outcome.NOT_ASSESSED}[report.outcome]
    return Result(
        check=f"HOST-CHK-{'-'.join(words).lower()}",
        title=" ".join(words).capitalize(),
        requirements=proved(report.user_properties),
        outcome=outcome,
        subject=subject.rstrip("]"),
        seen="" if outcome is Outcome.PASS else said(report),
        remedy=f"ggvv configure -s {stack}" if outcome is Outcome.FAIL else "",
    )


def said(report: pytest.TestReport) -> str:
    """Why a test failed or was skipped, in its own words."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ").removeprefix("not assessed: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr)
    return str(text).partition("\nassert ")[0].removeprefix("AssertionError: ").strip()
