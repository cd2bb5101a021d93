"""Conditional Access as deployed: each policy for itself, against what is declared of it (IDM-2, GOV-3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from identity.applications import POLICY_TARGETS
from identity.checks.check import Finding, absent, check
from identity.checks.declared import Comparison
from identity.checks.deployed import Json, NotAssessed
from identity.conditional_access import EffectivePolicy, Unsupported
from identity.conditional_access.mapping import ANYWHERE, EVERYONE, GUESTS, NOBODY, STATES
from identity.conditional_access.names import EMERGENCY_GROUP

DEPLOY = "run: ggvv deploy"
NOTHING = "nothing"

_NO_PERSON = {EVERYONE, NOBODY, GUESTS}
_WELL_KNOWN_LOCATIONS = {ANYWHERE, "AllTrusted", "00000000-0000-0000-0000-000000000000"}
_WELL_KNOWN_APPLICATIONS = {*POLICY_TARGETS.values(), "None"}


@check(
    "IDM-CHK-01",
    "Every policy excludes the emergency group",
    "IDM-2",
    remedy="add the group to the policy's excluded groups in the tenant, now; then " + DEPLOY,
)
def excludes_emergency(comparison: Comparison) -> Iterator[Finding]:
    """A policy that doesn't could keep the last ones out; one about service principals has no users to exclude."""
    group = comparison.names.groups.get(EMERGENCY_GROUP)
    for policy in _some(comparison):
        if _about_users(policy) and group not in (_users(policy).get("excludeGroups") or ()):
            yield Finding(_name(policy), f"excludes the group {EMERGENCY_GROUP}", "it is not excluded")


@check(
    "IDM-CHK-02",
    "No policy names a person",
    "IDM-2",
    remedy="take the person out of the policy in the tenant; exceptions are groups, declared in the policy's YAML",
)
def names_no_person(comparison: Comparison) -> Iterator[Finding]:
    """A person by name is an exception that nobody reviews."""
    for policy in _some(comparison):
        for side in ("include", "exclude"):
            persons = sorted({*(_users(policy).get(f"{side}Users") or ())} - _NO_PERSON)
            if persons:
                yield Finding(_name(policy), f"{side}s groups and roles only", f"{side}s {', '.join(persons)}")


@check(
    "IDM-CHK-03",
    "No policy refers to what is gone",
    "GOV-3",
    remedy=f"{DEPLOY}, which makes what is declared anew; remove the reference from a policy that nobody declared",
)
def refers_to_what_is_there(comparison: Comparison) -> Iterator[Finding]:
    """Entra ID keeps references to deleted things, and such a policy reaches fewer than it says."""
    there = {
        "group": _ids(comparison, "groups"),
        "role": _ids(comparison, "role-templates"),
        "location": _ids(comparison, "locations") | _WELL_KNOWN_LOCATIONS,
        "strength": _ids(comparison, "strengths"),
        "application": _ids(comparison, "service-principals", "appId") | _WELL_KNOWN_APPLICATIONS,
    }
    for policy in _some(comparison):
        for kind, id_ in _references(policy):
            if id_ not in there[kind]:
                yield Finding(_name(policy), f"a {kind} that exists", f"{kind} {id_} is not there")


@check("IDM-CHK-04", "Every declared policy is deployed", "IDM-2", "IDM-4", "GOV-3", remedy=DEPLOY)
def all_are_deployed(comparison: Comparison) -> Iterator[Finding]:
    """A policy that is gone protects nobody."""
    for policy in comparison.declared.plan.policies:
        if policy.id not in comparison.policies:
            yield Finding(policy.id, policy.display_name, NOTHING)


@check(
    "IDM-CHK-05",
    "No policy is there that nobody declared",
    "GOV-3",
    remedy="declare it in identity/conditional_access/, or delete it in the tenant",
)
def none_is_unmanaged(comparison: Comparison) -> Iterator[Finding]:
    """What nobody declared, nobody reviews."""
    ours = {raw["id"] for raw, _ in comparison.policies.values()}
    for policy in comparison.deployed.all("policies"):
        if policy["id"] not in ours:
            yield Finding(_name(policy), NOTHING, f"a policy in state {policy.get('state')}")


@check("IDM-CHK-06", "Every policy is rolled out as far as the stack says", "IDM-2", "MIG-1", remedy=DEPLOY)
def states_are_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """The state that a wave was turned to is the state in the tenant."""
    for id_, policy in comparison.declared.in_force.items():
        raw, _ = comparison.policies.get(id_, (None, None))
        if raw is None:
            yield absent(id_)
        elif raw.get("state") != STATES[policy.state]:
            yield Finding(f"{id_} state", STATES[policy.state], str(raw.get("state")))


@check("IDM-CHK-07", "Every policy says what is declared", "GOV-3", "IDM-2", "IDM-4", remedy=DEPLOY)
def properties_are_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """Property by property, in the words of the policy's YAML, with the declared value and the tenant's."""
    for policy in comparison.declared.plan.policies:
        if policy.id not in comparison.policies:
            yield absent(policy.id)
            continue
        raw, read = comparison.policies[policy.id]
        if raw.get("displayName") != policy.display_name:
            yield Finding(f"{policy.id} name", policy.display_name, str(raw.get("displayName")))
        yield from _differences(policy.id, comparison.declared.in_force[policy.id], read)


def _differences(id_: str, expected: EffectivePolicy, read: EffectivePolicy | Unsupported) -> Iterator[Finding]:
    if isinstance(read, Unsupported):
        yield Finding(id_, "what its YAML says", f"something else: {', '.join(read.reasons)}")
        return
    right, found = (_flat(each.model_dump(mode="json", exclude={"id", "state"})) for each in (expected, read))
    for place in sorted({*right, *found}):
        if right.get(place) != found.get(place):
            yield Finding(f"{id_} {place}", right.get(place, NOTHING), found.get(place, NOTHING))


def _flat(value: Any, place: str = "") -> dict[str, str]:  # noqa: ANN401 - any JSON
    """Every property that says something, by its place, as text."""
    if isinstance(value, dict):
        parts = (_flat(each, f"{place}.{name}" if place else name) for name, each in value.items())
        return {key: text for part in parts for key, text in part.items()}
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return _flat({str(index): each for index, each in enumerate(value)}, place)
    if value in (None, False, []):
        return {}
    return {place: ", ".join(map(str, value)) if isinstance(value, list) else str(value)}


def _references(policy: Json) -> Iterator[tuple[str, str]]:
    """Everything that a policy refers to by id, with its kind."""
    conditions, grant = policy.get("conditions") or {}, policy.get("grantControls") or {}
    places: Mapping[str, tuple[str, str]] = {
        "group": ("users", "Groups"),
        "role": ("users", "Roles"),
        "location": ("locations", "Locations"),
        "application": ("applications", "Applications"),
    }
    for kind, (part, suffix) in places.items():
        for side in ("include", "exclude"):
            for id_ in (conditions.get(part) or {}).get(f"{side}{suffix}") or ():
                yield kind, id_
    if grant.get("authenticationStrength"):
        yield "strength", grant["authenticationStrength"]["id"]


def _some(comparison: Comparison) -> Sequence[Json]:
    """The tenant's policies; of none nothing can be said."""
    found = comparison.deployed.all("policies")
    if not found:
        raise NotAssessed("policies: there is none")
    return found


def _about_users(policy: Json) -> bool:
    workloads = (policy.get("conditions") or {}).get("clientApplications")
    return not workloads or _users(policy).get("includeUsers") not in (None, [], [NOBODY])


def _users(policy: Json) -> Json:
    users: Json = (policy.get("conditions") or {}).get("users") or {}
    return users


def _name(policy: Json) -> str:
    return str(policy.get("displayName") or policy["id"])


def _ids(comparison: Comparison, part: str, property_: str = "id") -> frozenset[str]:
    return frozenset(str(each[property_]) for each in comparison.deployed.all(part))


CHECKS = (
    excludes_emergency,
    names_no_person,
    refers_to_what_is_there,
    all_are_deployed,
    none_is_unmanaged,
    states_are_as_declared,
    properties_are_as_declared,
)
