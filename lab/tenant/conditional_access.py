"""Conditional Access policies: what they refer to must exist, and what they say must make sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lab.tenant.call import Call
from lab.tenant.directory import Directory, merge
from lab.tenant.errors import GraphError
from lab.tenant.rules import Rules
from lab.tenant.store import Record

POLICY = "conditionalAccessPolicy"
STRENGTH = "authenticationStrengthPolicy"
MOST = 195
"""Policies in one tenant (Microsoft Entra service limits)."""

WORDS: Mapping[str, frozenset[str]] = {
    "user": frozenset({"All", "None", "GuestsOrExternalUsers"}),
    "namedLocation": frozenset({"All", "AllTrusted", "00000000-0000-0000-0000-000000000000"}),
    "servicePrincipal": frozenset({"All", "None", "Office365", "MicrosoftAdminPortals"}),
}
"""What a condition may say instead of an id; the location of zeros is that of MFA's trusted addresses."""

ACTIONS = frozenset({"urn:user:registersecurityinfo", "urn:user:registerdevice"})

TRANSFERS = frozenset({"deviceCodeFlow", "authenticationTransfer"})

_REFERENCES = (
    ("users", "Users", "user"),
    ("users", "Groups", "group"),
    ("users", "Roles", "directoryRoleTemplate"),
    ("locations", "Locations", "namedLocation"),
    ("applications", "Applications", "servicePrincipal"),
)

_EMPTY: dict[str, Any] = {
    "applications": {"includeApplications": [], "excludeApplications": [], "includeUserActions": [],
                     "includeAuthenticationContextClassReferences": [], "applicationFilter": None},
    "users": {"includeUsers": [], "excludeUsers": [], "includeGroups": [], "excludeGroups": [], "includeRoles": [],
              "excludeRoles": [], "includeGuestsOrExternalUsers": None, "excludeGuestsOrExternalUsers": None},
    "clientAppTypes": ["all"], "platforms": None, "locations": None, "devices": None, "clientApplications": None,
    "authenticationFlows": None, "insiderRiskLevels": None, "signInRiskLevels": [], "userRiskLevels": [],
    "servicePrincipalRiskLevels": [],
}  # fmt: skip
"""The conditions that a new policy has where the client names none."""


class PolicyRules(Rules):
    """A policy is checked as a whole, whatever part of it changes."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Complete the conditions and check all of it."""
        if len(call.directory.all(POLICY)) >= MOST:
            raise GraphError(f"The tenant has {MOST} policies, and no more fit.", "BadRequest")
        body["conditions"] = merge(_EMPTY, body["conditions"])
        check_policy(call.directory, body)

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Check what the policy would be then."""
        check_policy(call.directory, merge(record.body, changes))
        changes["modifiedDateTime"] = call.directory.timestamp()

    def show(self, call: Call, record: Record, body: dict[str, Any]) -> None:  # noqa: ARG002
        """Tell an authentication strength in full."""
        grant = body["grantControls"]
        if grant and grant.get("authenticationStrength"):
            strength = call.directory.find(STRENGTH, grant["authenticationStrength"]["id"])
            if strength is not None:
                told = {"@odata.type": f"#microsoft.graph.{STRENGTH}", "id": strength.id, **strength.body}
                body["grantControls"] = {**grant, "authenticationStrength": told}


def check_policy(directory: Directory, body: dict[str, Any]) -> None:
    """Check a whole policy.

    Raises:
        GraphError: what doesn't exist or makes no sense.
    """
    conditions = body["conditions"] or {}
    for part, noun, kind in _REFERENCES:
        for side in ("include", "exclude"):
            _check_ids(directory, kind, f"{part}/{side}{noun}", (conditions.get(part) or {}).get(f"{side}{noun}"))
    _check_who_and_what(conditions)
    _check_flows(conditions)
    _check_device_filter(conditions)
    _check_controls(directory, body)


def referring(directory: Directory, part: str, key: str) -> Iterator[Record]:
    """The policies that refer to a `locations` or `strength` with this id."""
    for policy in directory.all(POLICY):
        if key in _mentions(policy.body, part):
            yield policy


def _mentions(body: dict[str, Any], part: str) -> Iterable[str]:
    if part == "strength":
        strength = (body["grantControls"] or {}).get("authenticationStrength")
        return [strength["id"]] if strength else []
    found = body["conditions"].get(part) or {}
    return [key for keys in found.values() if isinstance(keys, list) for key in keys]


def _check_ids(directory: Directory, kind: str, where: str, keys: list[str] | None) -> None:
    for key in keys or []:
        if key in WORDS.get(kind, ()):
            continue
        if kind == "servicePrincipal":
            found = any(directory.visible(each) for each in directory.having(kind, "appId", key))
        else:
            found = directory.find(kind, key) is not None
        if not found:
            raise _invalid(f"{where}: '{key}' does not exist in the directory")


def _check_who_and_what(conditions: dict[str, Any]) -> None:
    users, clients = conditions.get("users") or {}, conditions.get("clientApplications") or {}
    who = ("includeUsers", "includeGroups", "includeRoles", "includeGuestsOrExternalUsers")
    if not any(users.get(name) for name in who) and not clients.get("includeServicePrincipals"):
        raise _invalid("users: a policy includes users, groups, roles, guests or service principals")
    applications = conditions.get("applications") or {}
    what = (
        "includeApplications",
        "includeUserActions",
        "includeAuthenticationContextClassReferences",
        "applicationFilter",
    )
    if sum(1 for name in what[:3] if applications.get(name)) > 1:
        raise _invalid("applications: applications, user actions and authentication contexts exclude each other")
    if not any(applications.get(name) for name in what):
        raise _invalid("applications: a policy includes applications, user actions or authentication contexts")
    for action in applications.get("includeUserActions") or []:
        if action not in ACTIONS:
            raise _invalid(f"applications/includeUserActions: '{action}' is none of {', '.join(sorted(ACTIONS))}")
    if not conditions.get("clientAppTypes"):
        raise _invalid("clientAppTypes: at least one type of client is expected")
    for part, noun in (("locations", "Locations"), ("platforms", "Platforms")):
        if conditions.get(part) and not conditions[part].get(f"include{noun}"):
            raise _invalid(f"{part}: what is excluded needs something included to be excluded from")


def _check_flows(conditions: dict[str, Any]) -> None:
    flows = conditions.get("authenticationFlows") or {}
    methods = [method.strip() for method in (flows.get("transferMethods") or "").split(",") if method.strip()]
    for method in methods:
        if method not in TRANSFERS:
            raise _invalid(f"authenticationFlows/transferMethods: '{method}' is none of {', '.join(sorted(TRANSFERS))}")


def _check_device_filter(conditions: dict[str, Any]) -> None:
    chosen = (conditions.get("devices") or {}).get("deviceFilter")
    if chosen and not (chosen.get("mode") and chosen.get("rule")):
        raise _invalid("devices/deviceFilter: a mode and a rule are expected")


def _check_controls(directory: Directory, body: dict[str, Any]) -> None:
    grant, session = body.get("grantControls"), body.get("sessionControls")
    if not grant and not session:
        raise _invalid("grantControls: a policy has grant controls, session controls or both")
    if grant:
        _check_grant(directory, grant)
    frequency = (session or {}).get("signInFrequency") or {}
    timed = frequency.get("frequencyInterval") in (None, "timeBased")
    if frequency.get("isEnabled") and timed and not (frequency.get("value") and frequency.get("type")):
        raise _invalid("sessionControls/signInFrequency: a value and a type are expected")


def _check_grant(directory: Directory, grant: dict[str, Any]) -> None:
    controls, strength = grant.get("builtInControls") or [], grant.get("authenticationStrength")
    if not (controls or strength or grant.get("customAuthenticationFactors") or grant.get("termsOfUse")):
        raise _invalid("grantControls: at least one control is expected")
    if grant.get("operator") is None:
        raise _invalid("grantControls/operator: AND or OR is expected")
    if "block" in controls and (len(controls) > 1 or strength):
        raise _invalid("grantControls: block goes with no other control")
    if "mfa" in controls and strength:
        raise _invalid("grantControls: mfa and an authentication strength exclude each other")
    if strength and directory.find(STRENGTH, str(strength.get("id"))) is None:
        raise _invalid(f"grantControls/authenticationStrength: '{strength.get('id')}' does not exist in the directory")


def _invalid(text: str) -> GraphError:
    return GraphError(f"Policy is not valid. {text}.", "BadRequest")
