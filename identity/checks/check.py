"""What a check is, and how it is run: it tells what is wrong, and finding nothing is a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from identity.checks.declared import Comparison
from identity.checks.deployed import NotAssessed
from reference.check import Outcome, Result


@dataclass(frozen=True)
class Finding:
    """Something that is not as expected, or (with another outcome) could not be told."""

    subject: str
    expected: str
    seen: str
    outcome: Outcome = Outcome.FAIL


def absent(subject: str) -> Finding:
    """What can't be asked of something that is not there; another check tells that it lacks."""
    return Finding(subject, "", "is not there", Outcome.NOT_ASSESSED)


@dataclass(frozen=True)
class Check:
    """A question to a deployed tenant, with a stable id."""

    id: str
    title: str
    requirements: tuple[str, ...]
    remedy: str
    find: Callable[[Comparison], Iterable[Finding]]

    def run(self, comparison: Comparison) -> Iterator[Result]:
        """The answers: each finding, or one pass."""
        found = False
        for finding in self._findings(comparison):
            found = True
            yield self._result(finding)
        if not found:
            yield self._result(Finding("", "", "", Outcome.PASS))

    def _findings(self, comparison: Comparison) -> Iterator[Finding]:
        try:
            yield from self.find(comparison)
        except NotAssessed as reason:  # what was found before it still counts
            yield Finding("", "", str(reason), Outcome.NOT_ASSESSED)

    def _result(self, finding: Finding) -> Result:
        return Result(
            check=self.id,
            title=self.title,
            requirements=self.requirements,
            outcome=finding.outcome,
            subject=finding.subject,
            expected=finding.expected,
            seen=finding.seen,
            remedy=self.remedy if finding.outcome is Outcome.FAIL else "",
        )


def check(
    id_: str, title: str, *requirements: str, remedy: str
) -> Callable[[Callable[[Comparison], Iterable[Finding]]], Check]:
    """Make a check of a function that tells what is wrong."""
    return lambda find: Check(id_, title, requirements, remedy, find)
