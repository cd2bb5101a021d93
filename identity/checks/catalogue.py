"""All checks of identity, in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterator

from identity.checks import applications, emergency, groups, owners, policies, privileged, terms, verdicts
from identity.checks.check import Check
from identity.checks.declared import Comparison, Declared
from identity.checks.deployed import Deployed
from identity.checks.manual import manual_checks
from reference.check import Result


def catalogue() -> tuple[Check, ...]:
    """Every check there is, those of the manual steps last."""
    modules = (policies, terms, verdicts, groups, owners, emergency, privileged, applications)
    checks = (check for module in modules for check in module.CHECKS)
    return (*sorted(checks, key=lambda each: each.id), *manual_checks())


def run(declared: Declared, deployed: Deployed) -> Iterator[Result]:
    """What every check answers about a tenant."""
    comparison = Comparison(declared, deployed)
    for check in catalogue():
        yield from check.run(comparison)
