"""What is written to Graph and read again is what was declared; what is changed there is seen here."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from lab.plugins.azuread import fields
from lab.plugins.azuread.checks import completed, failures
from lab.plugins.azuread.differences import differences
from lab.plugins.azuread.entity import Entity, changed
from lab.plugins.azuread.fields import Field
from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.kinds import KINDS
from lab.plugins.azuread.kinds.group_policies import from_rules, to_rules
from lab.plugins.azuread.schema import schema
from tests.unit.lab.plugins.azuread.conftest import SAMPLES

DESCRIBED = [kind for kind in KINDS.values() if isinstance(kind.handler, Entity) and kind.name in SAMPLES]
WRITE_ONLY = ("@odata.type", "action", "scheduleInfo", "passwordProfile")
"""Parts of a document that no property of the SDK stands for, or that Graph never tells."""


def all_fields(kind: Kind) -> tuple[Field, ...]:
    """Every field of a type, whenever it is written."""
    handler = kind.handler
    assert isinstance(handler, Entity)
    return (*handler.fields, *handler.created_with, *(each for part in handler.later.values() for each in part))


def seen(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """The values read from a document, with those that Graph never tells as they were declared."""
    handler = kind.handler
    assert isinstance(handler, Entity)
    declared = SAMPLES[kind.name]
    read = fields.read(all_fields(kind), body) | {name: declared[name] for name in handler.kept if name in declared}
    return {name: value for name, value in read.items() if name in schema().resources[kind.token].inputs}


def leaves(part: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all plain values in a document."""
    if isinstance(part, dict):
        for name, item in part.items():
            yield from leaves(item, (*path, name))
    elif isinstance(part, list):
        for position, item in enumerate(part):
            yield from leaves(item, (*path, position))
    elif part is not None:
        yield path


def test_every_described_type_has_a_sample() -> None:
    """No type goes untested."""
    described = {kind.name for kind in KINDS.values() if isinstance(kind.handler, Entity)}
    assert described - {"DirectoryRole"} == {kind.name for kind in DESCRIBED}


@pytest.mark.parametrize("kind", DESCRIBED, ids=lambda kind: kind.name)
def test_sample_is_accepted(kind: Kind) -> None:
    """The samples are declarations that a program could make."""
    assert list(failures(kind, completed(kind, SAMPLES[kind.name]))) == []


@pytest.mark.parametrize("kind", DESCRIBED, ids=lambda kind: kind.name)
def test_round_trip(kind: Kind) -> None:
    """To Graph and back gives what was declared."""
    declared = completed(kind, SAMPLES[kind.name])
    body = fields.write(all_fields(kind), declared)
    assert list(differences(seen(kind, body), declared, kind.computed)) == []


@pytest.mark.parametrize("kind", DESCRIBED, ids=lambda kind: kind.name)
def test_nothing_declared_reads_as_nothing(kind: Kind) -> None:
    """What is written where everything optional is left out shows no difference either."""
    required = {
        name: SAMPLES[kind.name][name] for name in ("displayName", "userPrincipalName") if name in SAMPLES[kind.name]
    }
    declared = completed(kind, required) | {
        name: value
        for name, value in SAMPLES[kind.name].items()
        if name.endswith(("Id", "justification")) or name == "ip"
    }
    body = fields.write(all_fields(kind), declared)
    found = fields.read(all_fields(kind), body)
    assert list(differences({**found, "password": None}, {**declared, "password": None}, kind.computed)) == []


def places() -> Iterator[ParameterSet]:
    for kind in DESCRIBED:
        body = fields.write(all_fields(kind), completed(kind, SAMPLES[kind.name]))
        for place in leaves(body):
            if not any(name in WRITE_ONLY for name in place):
                yield pytest.param(kind, place, id=f"{kind.name}-{'.'.join(map(str, place))}")


@pytest.mark.requirement("IDM-4")
@pytest.mark.parametrize(("kind", "place"), list(places()))
def test_every_change_by_hand_is_seen(kind: Kind, place: tuple[Any, ...]) -> None:
    """Whichever value of what was written is changed in the tenant, there is a difference."""
    declared = completed(kind, SAMPLES[kind.name])
    body = copy.deepcopy(fields.write(all_fields(kind), declared))
    part: Any = body
    for step in place[:-1]:
        part = part[step]
    value = part[place[-1]]
    part[place[-1]] = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"x{value}"
    assert list(differences(seen(kind, body), declared, kind.computed))


def test_update_sends_only_what_differs() -> None:
    """A PATCH has the properties that differ, nested objects as a whole, and the kind of object."""
    old = {"@odata.type": "#a", "state": "enabled", "conditions": {"users": 1, "apps": 2}, "displayName": "n"}
    new = {"@odata.type": "#a", "state": "enabled", "conditions": {"users": 1, "apps": 3}, "displayName": "n"}
    assert changed(old, new) == {"@odata.type": "#a", "conditions": {"users": 1, "apps": 3}}
    assert changed(old, old) == {}


POLICY = {
    "activationRules": {
        "maximumDuration": "PT4H",
        "requireApproval": True,
        "requireJustification": True,
        "requireTicketInfo": False,
        "requireMultifactorAuthentication": True,
        "approvalStage": {
            "primaryApprovers": [{"objectId": "f58b0faf-f1c5-4139-b163-c8bbccbdaf32", "type": "singleUser"}]
        },
    },
    "eligibleAssignmentRules": {"expirationRequired": True, "expireAfter": "P365D"},
    "activeAssignmentRules": {"expirationRequired": True, "expireAfter": "P15D", "requireTicketInfo": True},
    "notificationRules": {
        "eligibleActivations": {
            "approverNotifications": {
                "defaultRecipients": False,
                "notificationLevel": "Critical",
                "additionalRecipients": ["soc@example.org"],
            }
        }
    },
}


@pytest.mark.requirement("IDM-2")
def test_group_policy_round_trip() -> None:
    """The rules of a group's policy, and back."""
    kind = KINDS["azuread:index/groupRoleManagementPolicy:GroupRoleManagementPolicy"]
    rules = {each["id"]: each for each in to_rules(POLICY, {})}
    assert list(differences(from_rules(rules), POLICY, kind.computed)) == []
    assert to_rules(POLICY, rules) == [], "what holds already is not written again"


def test_group_policy_keeps_what_is_not_declared() -> None:
    """Of a rule that exists only what is declared changes."""
    there = {
        "Enablement_EndUser_Assignment": {"id": "Enablement_EndUser_Assignment", "enabledRules": ["Justification"]}
    }
    declared = {"activationRules": {"requireMultifactorAuthentication": True}}
    assert to_rules(declared, there)[0]["enabledRules"] == ["MultiFactorAuthentication", "Justification"]
