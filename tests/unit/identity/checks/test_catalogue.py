"""The checks' answers: a tenant as declared passes them all, and what could not be read passes none."""

from __future__ import annotations

import pytest

from identity.checks.catalogue import catalogue, run
from identity.checks.deployed import Deployed, Unread, load_reads
from identity.graph_permissions import permissions_for
from reference.check import Outcome, outcomes
from reference.requirement import requirements
from tests.snapshot.tenant import Snapshot


@pytest.mark.requirement("GOV-3")
def test_a_tenant_as_declared_passes_every_check_that_can_be_assessed(tenant: Snapshot) -> None:
    results = tenant.check()
    wrong = [result for result in results if result.outcome is Outcome.FAIL]
    assert not wrong
    not_assessed = {check for check, outcome in outcomes(results).items() if outcome is Outcome.NOT_ASSESSED}
    assert not_assessed == {check.id for check in catalogue() if check.id in UNREADABLE}


def test_a_snapshot_is_checked_as_a_tenant_is(tenant: Snapshot) -> None:
    """Snapshots share answers; what they answer is still what the catalogue does."""
    tenant.check()
    tenant.policy("CAP001").update(state="disabled")
    tenant.named("groups", "-gno-staff").update(membershipRule="(user.accountEnabled -eq true)")
    assert tuple(run(tenant.declared, Deployed(tenant.parts, tenant.answers))) == tenant.check()


UNREADABLE = {
    f"IDM-STEP-{step}"
    for step in (
        "alerts",
        "deployer",
        "device-registration",
        "eligible-members",
        "emergency-passwords",
        "sign-in-logs",
        "signing-certificates",
    )
}


def test_ids_are_unique_and_requirements_known() -> None:
    checks = catalogue()
    assert len({check.id for check in checks}) == len(checks) > 40
    known = requirements()
    assert all(requirement in known for check in checks for requirement in check.requirements)
    assert all(check.remedy for check in checks)


@pytest.mark.requirement("GOV-2")
def test_every_read_is_permitted_to_who_only_reads() -> None:
    assert {read.permission for read in load_reads()} <= set(permissions_for("read"))


@pytest.mark.requirement("GOV-3")
def test_a_tenant_that_could_not_be_read_passes_nothing(tenant: Snapshot) -> None:
    tenant.parts = dict.fromkeys(tenant.parts, Unread("403 Forbidden"))
    tenant.answers = dict.fromkeys(tenant.answers, Unread("403 Forbidden"))
    assert set(outcomes(tenant.check()).values()) == {Outcome.NOT_ASSESSED}


@pytest.mark.parametrize("part", [read.part for read in load_reads()])
def test_a_part_that_could_not_be_read_is_asked_for_by_a_check(tenant: Snapshot, part: str) -> None:
    """Else nobody would notice that it is never read, or read in vain."""
    _need_schedules(tenant)
    before = outcomes(tenant.check())
    for key in [key for key in tenant.parts if key == part or key.startswith(f"{part}/")]:
        tenant.parts[key] = Unread("503 Service Unavailable")
    after = outcomes(tenant.check())
    changed = {check for check in after if after[check] is not before[check]}
    assert changed
    assert {after[check] for check in changed} == {Outcome.NOT_ASSESSED}


def _need_schedules(tenant: Snapshot) -> None:
    """An activated role and an activated membership: only then the schedules are asked for."""
    person, group = "11111111-1111-4111-8111-111111111111", tenant.named("groups", "-soc")["id"]
    assignment = {**tenant.parts["role-eligibilities"][0], "principalId": person}
    activated = {"scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT2H"}}}
    tenant.parts["role-assignments"].append(assignment)
    tenant.parts["role-schedules"].append({**assignment, **activated, "assignmentType": "Activated"})
    tenant.parts[f"members/{group}"].append({"id": person})
    tenant.parts[f"membership-schedules/{group}"].append({"principalId": person, "assignmentType": "activated"})
