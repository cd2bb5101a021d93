"""Policies as Graph answers them, by Graph's own reference: not by the code that reads or deploys them."""

from __future__ import annotations

from typing import Any

from identity.conditional_access import mapping
from identity.conditional_access.policy import EffectivePolicy
from identity.plan import IdentityPlan
from identity.roles import template_id
from tests.snapshot.ids import id_of, ids_of, targets


def policy_json(plan: IdentityPlan, policy: EffectivePolicy) -> dict[str, Any]:
    """A policy as Graph answers it (conditionalAccessPolicy), with its empty lists and nulls."""
    names = {each.id: each.display_name for each in plan.policies}
    return {
        "id": id_of("policy", policy.id),
        "displayName": names[policy.id],
        "state": mapping.STATES[policy.state],
        "conditions": _conditions(policy),
        "grantControls": _grant(policy),
        "sessionControls": _session(policy),
    }


def _conditions(policy: EffectivePolicy) -> dict[str, Any]:
    said, users, applications = policy.conditions, policy.users, policy.applications
    special = {"include": ["None"], "exclude": []}
    if users is not None:
        everyone = ["All"] if users.include.everyone else []
        special = {
            "include": [*everyone, *(["GuestsOrExternalUsers"] if users.include.guests else [])],
            "exclude": ["GuestsOrExternalUsers"] if users.exclude.guests else [],
        }
    return {
        "users": {
            f"{side}{kind}": found
            for side in ("include", "exclude")
            for kind, found in (
                ("Users", special[side]),
                ("Groups", ids_of("group", getattr(users, side).groups if users else ())),
                ("Roles", [template_id(role) for role in (getattr(users, side).roles if users else ())]),
            )
        },
        "clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}
        if policy.service_principals
        else None,
        "applications": {
            "includeApplications": targets(applications.include if applications else ()),
            "excludeApplications": targets(applications.exclude if applications else ()),
            "includeUserActions": [mapping.USER_ACTIONS[action] for action in policy.user_actions],
        },
        "clientAppTypes": [mapping.CLIENTS[client] for client in said.clients] or ["all"],
        "platforms": None
        if said.platforms is None
        else {
            "includePlatforms": [mapping.PLATFORMS[each] for each in said.platforms.include] or ["all"],
            "excludePlatforms": [mapping.PLATFORMS[each] for each in said.platforms.exclude],
        },
        "locations": None
        if said.locations is None
        else {
            "includeLocations": ids_of("location", said.locations.include) or ["All"],
            "excludeLocations": ids_of("location", said.locations.exclude),
        },
        "devices": None
        if said.devices is None
        else {"deviceFilter": {"mode": said.devices.mode, "rule": said.devices.rule}},
        "signInRiskLevels": list(said.sign_in_risk),
        "userRiskLevels": list(said.user_risk),
        "authenticationFlows": {"transferMethods": ",".join(mapping.FLOWS[flow] for flow in said.flows)}
        if said.flows
        else None,
    }


def _grant(policy: EffectivePolicy) -> dict[str, Any] | None:
    if policy.grant is None:
        return None
    words = policy.grant.controls
    strength = next((word for word in words if word not in mapping.CONTROLS), None)
    return {
        "operator": "AND" if len(policy.grant.all_of) > 1 else "OR",
        "builtInControls": [mapping.CONTROLS[word] for word in mapping.CONTROLS if word in words],
        "authenticationStrength": {"id": id_of("strength", strength)} if strength else None,
    }


def _session(policy: EffectivePolicy) -> dict[str, Any] | None:
    if policy.session is None:
        return None
    hours, every_time = policy.session.sign_in_frequency_hours, policy.session.sign_in_every_time
    frequency: dict[str, object] = {"isEnabled": True, "frequencyInterval": "everyTime" if every_time else "timeBased"}
    if hours is not None:
        frequency |= {"type": "hours", "value": hours} if hours < 24 else {"type": "days", "value": hours // 24}
    browser = policy.session.persistent_browser
    return {
        "signInFrequency": frequency if hours or every_time else None,
        "persistentBrowser": {"isEnabled": True, "mode": browser} if browser else None,
    }
