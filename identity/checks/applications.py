"""Single sign-on as deployed: who gets in to a shared service, and until when its certificate holds (IDM-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from identity.applications import Application
from identity.checks.check import Finding, absent, check
from identity.checks.declared import Comparison
from identity.checks.deployed import Json

DEPLOY = "run: ggvv deploy"

WARN_DAYS = 60
"""So many days before its end a certificate counts as a finding: both sides of single sign-on must change it."""


@check("IDM-CHK-50", "Every shared service is there, and asks for an assignment", "IDM-3", remedy=DEPLOY)
def assignment_is_required(comparison: Comparison) -> Iterator[Finding]:
    """Where it isn't asked for, everybody in the tenant gets in, guests too."""
    for application in comparison.declared.plan.applications:
        found = _principal(comparison, application)
        if found is None:
            yield Finding(application.key, "an enterprise application", "nothing")
        elif not found.get("appRoleAssignmentRequired"):
            yield Finding(f"{application.key} assignment", "required", "not required")
        elif not found.get("accountEnabled", True):
            yield Finding(f"{application.key} sign-in", "enabled", "disabled")


@check(
    "IDM-CHK-51",
    "The declared groups have a role in each shared service, and nobody else",
    "IDM-3",
    remedy=f"{DEPLOY}; take an assignment that nobody declared out in the tenant",
)
def assigned_are_the_declared(comparison: Comparison) -> Iterator[Finding]:
    """A person who is assigned keeps access when the group's membership ends."""
    directory = comparison.declared.plan.directory
    for application in comparison.declared.plan.applications:
        found = _principal(comparison, application)
        if found is None:
            yield absent(application.key)
            continue
        roles = {application.role_id(role): role.value for role in application.roles}
        expected = {
            (group.key, role.value)
            for role in application.roles
            for name in role.groups
            for group in directory.select(name)
        }
        seen = {
            (comparison.who(str(each["principalId"])), roles.get(str(each["appRoleId"]), str(each["appRoleId"])))
            for each in comparison.deployed.of("application-assignments", str(found["id"]))
        }
        for who, role in sorted(expected - seen):
            yield Finding(f"{application.key} {who}", role, "not assigned")
        for who, role in sorted(seen - expected):
            yield Finding(f"{application.key} {who}", "not assigned", role)


@check(
    "IDM-CHK-52",
    f"Every signing certificate holds for {WARN_DAYS} days and more",
    "IDM-3",
    remedy="set a later `certificate_ends` in identity/applications.yaml, deploy, and take it into the service",
)
def certificates_hold(comparison: Comparison) -> Iterator[Finding]:
    """The one that ends last counts: the others are there for the change only."""
    for application in comparison.declared.plan.applications:
        if application.certificate_ends is None:
            continue
        found = _principal(comparison, application)
        if found is None:
            yield absent(application.key)
            continue
        ends = max(map(_end, _signing(found)), default=None)
        left = (ends - comparison.declared.today).days if ends is not None else None
        if left is None or left < WARN_DAYS:
            yield Finding(f"{application.key} certificate", f"{WARN_DAYS} days left", _left(ends, left))


@check(
    "IDM-CHK-54",
    "No shared service has a signing certificate more than the declared one",
    "IDM-3",
    remedy="take the one that the service doesn't know out in the tenant, once a change is through",
)
def certificates_are_not_too_many(comparison: Comparison) -> Iterator[Finding]:
    """Who holds the key of one more signs in as anybody; or a run was killed, and the next one made another."""
    for application in comparison.declared.plan.applications:
        found = _principal(comparison, application)
        ends = sorted(map(_end, _signing(found))) if found is not None else []
        most = 0 if application.certificate_ends is None else 1
        if len(ends) > most:
            seen = f"{len(ends)}, until {' and '.join(map(str, ends))}"
            yield Finding(f"{application.key} certificates", f"{most} at most", seen)


def _signing(principal: Json) -> list[Json]:
    """Each certificate once: it is there as a key that signs, and as one that verifies (Graph: keyCredential)."""
    return [each for each in principal.get("keyCredentials") or () if each.get("usage") == "Verify"]


def _left(ends: date | None, left: int | None) -> str:
    if left is None:
        return "no certificate"
    return f"ended on {ends}" if left < 0 else f"ends on {ends}, in {left} days"


def _end(credential: Json) -> date:
    return date.fromisoformat(str(credential["endDateTime"])[:10])


def _principal(comparison: Comparison, application: Application) -> Json | None:
    name = f"{comparison.declared.plan.platform}-{application.key}"
    return comparison.deployed.named("service-principals").get(name)


CHECKS = (assignment_is_required, assigned_are_the_declared, certificates_hold, certificates_are_not_too_many)
