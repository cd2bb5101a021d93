"""A tenant as it was read, to be changed by a test and checked."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from identity.checks import verdicts
from identity.checks.catalogue import catalogue
from identity.checks.check import Check
from identity.checks.declared import Comparison, Declared
from identity.checks.deployed import Deployed
from identity.plan import IdentityPlan
from reference.check import Outcome, Result
from tests.snapshot.parts import parts_of
from tests.snapshot.steps import answers_of

TODAY = date(2026, 11, 24)

Json = dict[str, Any]


VERDICTS = {check.id for check in verdicts.CHECKS}
READ_BY_VERDICTS = ("policies", "groups", "locations", "strengths", "service-principals")
"""The parts that the verdicts follow from: the policies, and the names of what they refer to."""


@dataclass
class Snapshot:
    """What was read of a tenant, to be changed by a test; `declared` is what it is held against.

    The checks of verdicts try thousands of sign-ins, most tests change nothing that they follow from, and so copies
    share the answers.
    """

    declared: Declared
    parts: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    _verdicts: dict[str, tuple[Result, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, plan: IdentityPlan) -> Snapshot:
        """Everything as declared, and every manual step done."""
        return cls(Declared(plan, today=TODAY, stand_in=False), parts_of(plan), answers_of(plan))

    def copy(self) -> Snapshot:
        """One to change."""
        return Snapshot(self.declared, copy.deepcopy(self.parts), copy.deepcopy(self.answers), self._verdicts)

    def policy(self, id_: str) -> Json:
        """A policy's JSON by the house's id."""
        return next(each for each in self.parts["policies"] if each["displayName"].startswith(id_))

    def named(self, part: str, name: str) -> Json:
        """A thing's JSON by the end of its display name."""
        return next(each for each in self.parts[part] if each["displayName"].endswith(name))

    def check(self, *, stand_in: bool = False) -> tuple[Result, ...]:
        """What all checks answer."""
        declared = replace(self.declared, stand_in=True) if stand_in else self.declared
        comparison = Comparison(declared, Deployed(self.parts, self.answers))
        return tuple(result for check in catalogue() for result in self._answers(check, comparison))

    def _answers(self, check: Check, comparison: Comparison) -> tuple[Result, ...]:
        if check.id not in VERDICTS:
            return tuple(check.run(comparison))
        key = repr((check.id, [self.parts.get(part) for part in READ_BY_VERDICTS]))
        if key not in self._verdicts:
            self._verdicts[key] = tuple(check.run(comparison))
        return self._verdicts[key]

    def failing(self, *, stand_in: bool = False) -> set[str]:
        """The ids of the checks that fail."""
        return {result.check for result in self.check(stand_in=stand_in) if result.outcome is Outcome.FAIL}
