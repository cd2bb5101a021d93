"""Conditional Access policies (Microsoft Graph: conditionalAccessPolicy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lab.plugins.azuread import paths
from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.fields import Block, Given, Json, Plain, Special, plain
from lab.plugins.azuread.identity import UUID, Identity, last
from lab.plugins.azuread.kind import Failure, Kind
from lab.plugins.azuread.kinds.guests import guests
from lab.plugins.azuread.kinds.session_controls import SESSION_CONTROLS
from lab.plugins.azuread.once import Key
from lab.plugins.azuread.values import UNKNOWN, Values

STRENGTH = "/policies/authenticationStrengthPolicies/{id}"
EVERYWHERE = ("All", "AllTrusted")


def _sides(singular: str, *names: str) -> tuple[Plain, ...]:
    """`includedX` and `excludedX`, which Graph calls `includeX` and `excludeX`."""
    return tuple(
        Plain(f"{side}d{name}", f"{side}{name}", empty=[])
        for name in (singular, *names)
        for side in ("include", "exclude")
    )


def _filter(path: str) -> Block:
    return Block("filter", path, plain("mode", "rule"))


def _write_flows(conditions: Mapping[str, Any]) -> Json:
    """Graph's authenticationFlows: a set of flags, written as one text."""
    methods = conditions.get("authenticationFlowTransferMethods")
    return {"authenticationFlows": {"transferMethods": ",".join(methods)} if methods else None}


def _read_flows(conditions: Mapping[str, Any]) -> Values:
    methods = paths.get(conditions, "authenticationFlows.transferMethods") or ""
    return {
        "authenticationFlowTransferMethods": [
            each.strip() for each in methods.split(",") if each.strip() != "none" and each
        ]
    }


def _write_strength(controls: Mapping[str, Any]) -> Json:
    identity = controls.get("authenticationStrengthPolicyId")
    return {"authenticationStrength": {"id": last(identity)} if identity else None}


def _read_strength(controls: Mapping[str, Any]) -> Values:
    found = paths.get(controls, "authenticationStrength.id")
    return {"authenticationStrengthPolicyId": STRENGTH.format(id=found)} if found else {}


CONDITIONS = Block(
    "conditions",
    "conditions",
    (
        Block(
            "applications",
            "applications",
            (
                *_sides("Applications"),
                Plain("includedUserActions", "includeUserActions", empty=[]),
                Special(
                    lambda values: _filter("applicationFilter").write(dict(values)) if values.get("filter") else {},
                    lambda entity: _filter("applicationFilter").read(dict(entity)),
                ),
            ),
        ),
        Block(
            "clientApplications",
            "clientApplications",
            (*_sides("ServicePrincipals"), _filter("servicePrincipalFilter")),
        ),
        Plain("clientAppTypes", empty=[]),
        Block("devices", "devices", (_filter("deviceFilter"),)),
        Block("locations", "locations", _sides("Locations")),
        Block("platforms", "platforms", _sides("Platforms")),
        *plain("servicePrincipalRiskLevels", "signInRiskLevels", "userRiskLevels", empty=[]),
        Plain("insiderRiskLevels", empty=...),
        Special(_write_flows, _read_flows),
        Block("users", "users", (*_sides("Users", "Groups", "Roles"), guests("include"), guests("exclude"))),
    ),
)

GRANT_CONTROLS = Block(
    "grantControls",
    "grantControls",
    (
        Plain("operator"),
        *plain("builtInControls", "customAuthenticationFactors", empty=[]),
        Plain("termsOfUses", "termsOfUse", empty=[]),
        Special(_write_strength, _read_strength),
    ),
)


def _has_an_effect(values: Values) -> Iterator[Failure]:
    if not values.get("grantControls") and not values.get("sessionControls"):
        yield Failure("grantControls", "neither grantControls nor sessionControls is given; a policy needs one of them")
    grants = ("builtInControls", "authenticationStrengthPolicyId", "termsOfUses")
    if values.get("grantControls") and not any(paths.get(values, f"grantControls.{name}") for name in grants):
        yield Failure("grantControls", f"grantControls grants by nothing; give one of {', '.join(grants)}")


def _hits_somebody(values: Values) -> Iterator[Failure]:
    users = paths.get(values, "conditions.users") or {}
    if isinstance(users, Mapping) and not any(users.get(name) for name in users if name.startswith("included")):
        yield Failure("conditions.users", "the policy includes nobody; give included users, groups, roles or guests")
    applications = paths.get(values, "conditions.applications") or {}
    included = [name for name in ("includedApplications", "includedUserActions") if applications.get(name)]
    if len(included) != 1:
        yield Failure(
            "conditions.applications", "right is either includedApplications or includedUserActions, one of them"
        )


def _names_locations(values: Values) -> Iterator[Failure]:
    for side in ("includedLocations", "excludedLocations"):
        for position, each in enumerate(paths.get(values, f"conditions.locations.{side}") or []):
            if each is not UNKNOWN and each not in EVERYWHERE and not UUID.fullmatch(each):
                path = f"conditions.locations.{side}[{position}]"
                yield Failure(path, f"{path} is {each!r}; right is a location's objectId, or {' or '.join(EVERYWHERE)}")


def _any_of(*values: str) -> frozenset[str]:
    return frozenset(values)


RISK = _any_of("low", "medium", "high", "hidden", "none")
PLATFORMS = _any_of("all", "android", "iOS", "windows", "windowsPhone", "macOS", "linux")
GUESTS = _any_of(
    *("none", "internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember", "b2bDirectConnectUser"),
    *("otherExternalUser", "serviceProvider"),
)

CONDITIONAL_ACCESS_POLICY = Kind(
    "ConditionalAccessPolicy",
    Entity(
        identity=Identity("/identity/conditionalAccess/policies/{id}"),
        collection="/v1.0/identity/conditionalAccess/policies",
        fields=(*plain("displayName", "state"), CONDITIONS, GRANT_CONTROLS, SESSION_CONTROLS, Given("objectId", "id")),
        key=Key(("displayName",)),
        one_at_a_time=True,
    ),
    permission="Policy.ReadWrite.ConditionalAccess",
    computed=frozenset(
        {
            "conditions.insiderRiskLevels",
            "sessionControls.signInFrequencyAuthenticationType",
            "sessionControls.signInFrequencyInterval",
        }
    ),
    allowed={
        "state": _any_of("enabled", "disabled", "enabledForReportingButNotEnforced"),
        "conditions.clientAppTypes": _any_of(
            "all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"
        ),
        "conditions.authenticationFlowTransferMethods": _any_of("deviceCodeFlow", "authenticationTransfer"),
        "conditions.insiderRiskLevels": _any_of("minor", "moderate", "elevated"),
        **{f"conditions.{name}": RISK for name in ("servicePrincipalRiskLevels", "signInRiskLevels", "userRiskLevels")},
        **{f"conditions.platforms.{side}Platforms": PLATFORMS for side in ("included", "excluded")},
        **{
            f"conditions.users.{side}GuestsOrExternalUsers.guestOrExternalUserTypes": GUESTS
            for side in ("included", "excluded")
        },
        "conditions.devices.filter.mode": _any_of("include", "exclude"),
        "grantControls.operator": _any_of("AND", "OR"),
        "grantControls.builtInControls": _any_of(
            *("block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"),
            "passwordChange",
        ),
        "sessionControls.cloudAppSecurityPolicy": _any_of("mcasConfigured", "monitorOnly", "blockDownloads"),
        "sessionControls.persistentBrowserMode": _any_of("always", "never"),
        "sessionControls.signInFrequencyAuthenticationType": _any_of(
            "primaryAndSecondaryAuthentication", "secondaryAuthentication"
        ),
        "sessionControls.signInFrequencyInterval": _any_of("timeBased", "everyTime"),
        "sessionControls.signInFrequencyPeriod": _any_of("hours", "days"),
    },
    forms={
        "grantControls.authenticationStrengthPolicyId": STRENGTH,
        "conditions.users.includedGroups": OBJECT_ID,
        "conditions.users.excludedGroups": OBJECT_ID,
        "conditions.users.includedRoles": OBJECT_ID,
        "conditions.users.excludedRoles": OBJECT_ID,
    },
    rules=(_has_an_effect, _hits_somebody, _names_locations),
)
