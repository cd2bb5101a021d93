"""Privileged access as deployed: activated for hours, held for good by the emergency accounts only (IDM-2, SEP-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identity.checks.check import Finding, absent, check
from identity.checks.declared import Comparison
from identity.checks.deployed import Json
from identity.emergency import ROLE
from identity.roles import ROLES
from identity.units import scoped_roles, unit_name

DEPLOY = "run: ggvv deploy"
ACTIVATE = "end the assignment in privileged identity management, and make who needs it eligible instead"

Held = tuple[str, str, str]
"""Who, which role, and where: a group's key or an id, a role's key or its id, and a scope."""

WHOLE_DIRECTORY = "/"

EMERGENCY_ROLE = (ROLE, WHOLE_DIRECTORY)
"""The one role that stands, and where; for the emergency accounts only."""


@check(
    "IDM-CHK-40",
    "Nobody but the emergency accounts holds an administrative role for good",
    "IDM-2",
    remedy=ACTIVATE,
)
def no_standing_role(comparison: Comparison) -> Iterator[Finding]:
    """Assignments that end by themselves, or were activated, don't stand; Graph's schedules tell which those are."""
    for assignment in comparison.deployed.all("role-assignments"):
        who, role, scope = _held(comparison, assignment)
        if role not in ROLES or (who.lower() in comparison.declared.accounts and (role, scope) == EMERGENCY_ROLE):
            continue
        schedules = [each for each in comparison.deployed.all("role-schedules") if _same(each, assignment)]
        if not any(_ends(each) for each in schedules):
            yield Finding(f"{who} {role}", "eligible at most", f"holds it for good at {scope}")


@check("IDM-CHK-41", "Nobody stands in a group whose membership is to be activated", "IDM-2", remedy=ACTIVATE)
def no_standing_member(comparison: Comparison) -> Iterator[Finding]:
    """Who is a member for good holds the group's roles without approval."""
    for key in comparison.declared.plan.privileged.activation_of(comparison.declared.plan.directory):
        group = comparison.names.groups.get(key)
        if group is None:
            yield absent(key)
            continue
        for member in comparison.deployed.of("members", str(group)):
            schedules = comparison.deployed.of("membership-schedules", str(group))
            if not any(_ends(each) for each in schedules if each["principalId"] == member["id"]):
                name = member.get("userPrincipalName") or member.get("displayName") or member["id"]
                yield Finding(f"{key} {name}", "an eligible member at most", "a member for good")


@check(
    "IDM-CHK-42",
    "Membership is activated with approval, MFA and a reason, for the declared hours",
    "IDM-2",
    remedy=DEPLOY,
)
def activation_is_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """The rules of Graph's unifiedRoleManagementPolicy, by their well-known ids."""
    for key, activation in comparison.declared.plan.privileged.activation_of(
        comparison.declared.plan.directory
    ).items():
        group = comparison.names.groups.get(key)
        if group is None:
            yield absent(key)
            continue
        rules = _rules(comparison.deployed.of("activation-rules", str(group)))
        enabled = set(rules.get("Enablement_EndUser_Assignment", {}).get("enabledRules") or ())
        approval = rules.get("Approval_EndUser_Assignment", {}).get("setting") or {}
        approvers = {
            comparison.group_keys.get(str(approver.get("groupId")), "somebody else")
            for stage in approval.get("approvalStages") or ()
            for approver in stage.get("primaryApprovers") or ()
        }
        for what, expected, seen in (
            (
                "at most",
                f"PT{activation.hours}H",
                rules.get("Expiration_EndUser_Assignment", {}).get("maximumDuration"),
            ),
            (
                "approval by",
                activation.approvers,
                ", ".join(sorted(approvers)) if approval.get("isApprovalRequired") else None,
            ),
            ("asks for", "Justification, MultiFactorAuthentication, Ticketing", ", ".join(sorted(enabled))),
            (
                "eligibility ends after",
                f"P{activation.eligible_days}D",
                _duration(rules.get("Expiration_Admin_Eligibility", {})),
            ),
        ):
            if seen != expected:
                yield Finding(f"{key} {what}", expected, str(seen or "nothing"))


@check(
    "IDM-CHK-43",
    "Groups are eligible for the declared roles in the whole directory, and for no other",
    "IDM-2",
    remedy=DEPLOY,
)
def eligibility_is_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """Beyond it, somebody can become what nobody decided; in the whole directory also means in each municipality."""
    declared = comparison.declared.plan.privileged.eligible
    expected = {(each.group, each.role, WHOLE_DIRECTORY) for each in declared}
    seen = {held for held in _eligible(comparison) if held[2] == WHOLE_DIRECTORY}
    yield from _compared(expected, seen)


@check(
    "IDM-CHK-44", "Every municipality's unit has its own administrators, and only them", "IDM-1", "SEP-1", remedy=DEPLOY
)
def units_have_their_own(comparison: Comparison) -> Iterator[Finding]:
    """Gnosjö's service desk can't reset a password in Värnamo."""
    plan, there = comparison.declared.plan, comparison.deployed.named("units")
    names = {unit_name(plan.platform, each): each.id for each in plan.municipalities}
    scopes = {f"/administrativeUnits/{each['id']}": str(name) for name, each in there.items()}
    for name in names:
        if name not in there:
            yield Finding(name, "an administrative unit", "nothing")
    expected = {
        (f"{scoped.group}/{municipality}", scoped.role, name)
        for name, municipality in names.items()
        for scoped in scoped_roles()
        if name in there
    }
    seen = {(who, role, scopes[scope]) for who, role, scope in _eligible(comparison) if scopes.get(scope) in names}
    yield from _compared(expected, seen)


def _compared(expected: set[Held], seen: set[Held]) -> Iterator[Finding]:
    for who, role, where in sorted(expected - seen):
        yield Finding(f"{who} {role} at {where}", "eligible", "not eligible")
    for who, role, where in sorted(seen - expected):
        yield Finding(f"{who} {role} at {where}", "not eligible", "eligible")


def _eligible(comparison: Comparison) -> Iterator[Held]:
    for each in comparison.deployed.all("role-eligibilities"):
        yield _held(comparison, each)


def _held(comparison: Comparison, assignment: Json) -> Held:
    keys = {str(role.template): key for key, role in ROLES.items()}
    role = str(assignment["roleDefinitionId"])
    who = comparison.who(str(assignment["principalId"]))
    return who, keys.get(role, role), str(assignment.get("directoryScopeId") or WHOLE_DIRECTORY)


def _same(schedule: Json, assignment: Json) -> bool:
    return all(
        schedule.get(name) == assignment.get(name) for name in ("principalId", "roleDefinitionId", "directoryScopeId")
    )


def _ends(schedule: Json) -> bool:
    """Whether what is scheduled ends by itself (requestSchedule.expiration), as every activation does."""
    expiration = (schedule.get("scheduleInfo") or {}).get("expiration") or {}
    activated = str(schedule.get("assignmentType")).lower() == "activated"
    return activated or expiration.get("type") in {"afterDateTime", "afterDuration"}


def _rules(assignments: Iterable[Json]) -> dict[str, Json]:
    return {
        str(rule["id"]): rule
        for assignment in assignments
        for rule in (assignment.get("policy") or {}).get("rules") or ()
    }


def _duration(rule: Json) -> str | None:
    return str(rule.get("maximumDuration")) if rule.get("isExpirationRequired") else None


CHECKS = (
    no_standing_role,
    no_standing_member,
    activation_is_as_declared,
    eligibility_is_as_declared,
    units_have_their_own,
)
