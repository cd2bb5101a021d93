"""Inputs that are refused at preview: each with a fixture that is named after what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lab.plugins.azuread.checks import completed, failures
from lab.plugins.azuread.kinds import KINDS
from lab.plugins.azuread.values import UNKNOWN
from tests.unit.lab.plugins.azuread.conftest import FIXTURES

MISTAKES = sorted(path for path in FIXTURES.glob("*.yaml") if path.stem != "samples")
BY_NAME = {kind.name: kind for kind in KINDS.values()}


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistake_is_refused(path: Path) -> None:
    """One failure, at the property, in one sentence that says what was found and what is right."""
    mistake = yaml.safe_load(path.read_text())
    kind = BY_NAME[mistake["type"]]
    found = list(failures(kind, completed(kind, mistake["inputs"])))
    assert [each.path for each in found] == [mistake["path"]]
    assert mistake["says"] in found[0].reason
    assert "\n" not in found[0].reason


def test_what_is_not_known_yet_is_accepted() -> None:
    """In a preview many values are known only later; they may be of any type."""
    kind = BY_NAME["ConditionalAccessPolicy"]
    inputs = {
        "displayName": UNKNOWN,
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includedApplications": [UNKNOWN]},
            "users": UNKNOWN,
            "locations": {"includedLocations": [UNKNOWN]},
        },
        "grantControls": {"operator": "OR", "authenticationStrengthPolicyId": UNKNOWN},
    }
    assert list(failures(kind, completed(kind, inputs))) == []


def test_defaults_are_filled_in_at_every_depth() -> None:
    """Also in each item of a list; what was given stays, and the caller's values are not touched."""
    inputs = {"displayName": "x", "appRoles": [{"id": "1"}, {"id": "2", "enabled": False}]}
    filled = completed(BY_NAME["Application"], inputs)
    assert [role["enabled"] for role in filled["appRoles"]] == [True, False]
    assert filled["signInAudience"] == "AzureADMyOrg"
    assert "enabled" not in inputs["appRoles"][0]


def test_secret_is_not_repeated() -> None:
    """A mistyped password is refused without showing it."""
    found = list(failures(BY_NAME["User"], {"displayName": "x", "userPrincipalName": "x@y", "password": ["s3cret"]}))
    assert len(found) == 1
    assert "s3cret" not in found[0].reason
