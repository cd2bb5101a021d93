"""Drift is told property by property, with the old and the new value (GOV-3)."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.automation import OpType
from pulumi.automation.events import EngineEvent

from operations.differences import Difference, at, differences

URN = "urn:pulumi:lab::ggvv::ggvv:identity:Tenant$azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy::CAU001"


def step(op: str, paths: list[str], old: dict[str, Any], new: dict[str, Any]) -> EngineEvent:
    """A step as the engine's event log tells it."""

    def state(values: dict[str, Any]) -> dict[str, Any]:
        return {"type": "t", "urn": URN, "id": "1", "parent": "", "provider": "", "inputs": values, "outputs": values}

    metadata = {
        "op": op,
        "urn": URN,
        "type": "t",
        "provider": "",
        "old": state(old),
        "new": state(new),
        "diffs": [path.split(".")[0] for path in paths],
        "detailedDiff": {path: {"diffKind": "update", "inputDiff": True} for path in paths},
    }
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, "resourcePreEvent": {"metadata": metadata}})


@pytest.mark.requirement("GOV-3")
def test_a_policy_changed_by_hand_is_told_with_property_old_and_new_value():
    event = step(
        "update",
        ["state", "conditions.users.excludedGroups[0]"],
        {"state": "disabled", "conditions": {"users": {"excludedGroups": ["other"]}}},
        {"state": "enabled", "conditions": {"users": {"excludedGroups": ["emergency"]}}},
    )
    assert differences(event) == [
        Difference("CAU001", "state", "disabled", "enabled"),
        Difference("CAU001", "conditions.users.excludedGroups[0]", "other", "emergency"),
    ]


def test_what_is_read_goes_before_what_was_asked_for():
    event = step("update", ["state"], {"state": "enabled"}, {"state": "enabled"})
    assert event.resource_pre_event is not None
    assert event.resource_pre_event.metadata.old is not None
    event.resource_pre_event.metadata.old.outputs["state"] = "disabled"
    assert differences(event) == [Difference("CAU001", "state", "disabled", "enabled")]


@pytest.mark.parametrize("op", [OpType.SAME, OpType.CREATE, OpType.DELETE, OpType.READ])
def test_other_steps_have_no_differences(op: OpType):
    assert differences(step(op, ["state"], {"state": "a"}, {"state": "b"})) == []


def test_a_value_that_is_only_on_one_side_is_told_as_nothing():
    assert differences(step("update", ["note"], {}, {"note": "x"})) == [Difference("CAU001", "note", "–", "x")]


def test_a_long_value_is_shortened():
    (found,) = differences(step("update", ["note"], {"note": "x" * 100}, {"note": "y"}))
    assert len(found.deployed) == 60


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", {"b": [1, {"c": 2}], "x.y": 3}),
        ("a.b[0]", 1),
        ("a.b[1].c", 2),
        ('a["x.y"]', 3),
        ("a.b[7]", None),
        ("a.none.c", None),
        ("a.b[0].c", None),
    ],
)
def test_a_property_path_leads_to_its_value(path: str, value: object):
    assert at({"a": {"b": [1, {"c": 2}], "x.y": 3}}, path) == value
