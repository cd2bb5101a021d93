"""GOV-3: a policy as Graph tells it is read into the same model, and what has no word is never passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from identity.conditional_access import EffectivePolicy, Policy, ResolvedNames, Unsupported, fully_enforced, in_force
from identity.conditional_access.arguments import policy_arguments
from identity.conditional_access.graph import from_graph
from identity.conditional_access.vocabulary import State
from identity.plan import IdentityPlan

Json = dict[str, Any]


def sent(policy: EffectivePolicy, display_name: str, names: ResolvedNames) -> Json:
    """What the azuread provider 6.11.1 makes of the component's inputs, as graph-transcript.jsonl shows it."""
    args = policy_arguments(policy, display_name, names)
    said, users, apps = args.conditions, args.conditions.users, args.conditions.applications
    grant, session = args.grant_controls, args.session_controls
    return {
        "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
        "id": "72a97fe2-2e0d-41fc-a55f-0b22d6332faf",
        "displayName": args.display_name,
        "state": args.state,
        "createdDateTime": "2026-01-01T00:00:00Z",
        "conditions": {
            "applications": {
                "includeApplications": apps.included_applications or [],
                "excludeApplications": apps.excluded_applications or [],
                "includeUserActions": apps.included_user_actions or [],
            },
            "authenticationFlows": {"transferMethods": ",".join(said.authentication_flow_transfer_methods)}
            if said.authentication_flow_transfer_methods
            else None,
            "clientAppTypes": said.client_app_types,
            "clientApplications": {
                "includeServicePrincipals": said.client_applications.included_service_principals,
                "excludeServicePrincipals": [],
            }
            if said.client_applications
            else None,
            "devices": {"deviceFilter": {"mode": said.devices.filter.mode, "rule": said.devices.filter.rule}}
            if said.devices
            else None,
            "locations": {
                "includeLocations": said.locations.included_locations,
                "excludeLocations": said.locations.excluded_locations or [],
            }
            if said.locations
            else None,
            "platforms": {
                "includePlatforms": said.platforms.included_platforms,
                "excludePlatforms": said.platforms.excluded_platforms or [],
            }
            if said.platforms
            else None,
            "servicePrincipalRiskLevels": [],
            "signInRiskLevels": said.sign_in_risk_levels or [],
            "userRiskLevels": said.user_risk_levels or [],
            "users": {
                "includeUsers": users.included_users or [],
                "excludeUsers": users.excluded_users or [],
                "includeGroups": users.included_groups or [],
                "excludeGroups": users.excluded_groups or [],
                "includeRoles": users.included_roles or [],
                "excludeRoles": users.excluded_roles or [],
                "includeGuestsOrExternalUsers": None,
                "excludeGuestsOrExternalUsers": None,
            },
        },
        "grantControls": {
            "operator": grant.operator,
            "builtInControls": grant.built_in_controls or [],
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": {"id": grant.authentication_strength_policy_id.rsplit("/", 1)[1]}
            if grant.authentication_strength_policy_id
            else None,
        }
        if grant
        else None,
        "sessionControls": {
            "applicationEnforcedRestrictions": {"isEnabled": False},
            "cloudAppSecurity": None,
            "disableResilienceDefaults": False,
            "persistentBrowser": {"isEnabled": True, "mode": session.persistent_browser_mode}
            if session.persistent_browser_mode
            else None,
            "signInFrequency": {
                "isEnabled": True,
                "authenticationType": "primaryAndSecondaryAuthentication",
                "frequencyInterval": session.sign_in_frequency_interval or "timeBased",
                "type": session.sign_in_frequency_period,
                "value": session.sign_in_frequency,
            }
            if session.sign_in_frequency or session.sign_in_frequency_interval
            else None,
        }
        if session
        else None,
    }


@pytest.mark.requirement("GOV-3")
def test_every_policy_is_read_back_as_it_was_declared(plan: IdentityPlan, names: ResolvedNames):
    for effective in (*fully_enforced(plan.policies), *in_force(plan.policies, plan.choices, plan.known)):
        name = {policy.id: policy.display_name for policy in plan.policies}[effective.id]
        assert from_graph(sent(effective, name, names), names) == effective


def transcript_policy(names: ResolvedNames) -> Json:
    """A policy as the real provider wrote it (graph-transcript.jsonl), with ids of declared groups."""
    return {
        "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
        "conditions": {
            "applications": {"excludeApplications": [], "includeApplications": ["All"], "includeUserActions": []},
            "authenticationFlows": None,
            "clientAppTypes": ["all"],
            "devices": {"deviceFilter": {"mode": "exclude", "rule": 'device.trustType -eq "ServerAD"'}},
            "locations": None,
            "platforms": {"excludePlatforms": [], "includePlatforms": ["windows"]},
            "servicePrincipalRiskLevels": [],
            "signInRiskLevels": [],
            "userRiskLevels": [],
            "users": {
                "excludeGroups": [names.groups["emergency"]],
                "excludeGuestsOrExternalUsers": None,
                "excludeRoles": [],
                "excludeUsers": [],
                "includeGroups": [names.groups["staff/gnosjo"]],
                "includeGuestsOrExternalUsers": None,
                "includeRoles": [],
                "includeUsers": [],
            },
        },
        "displayName": "CAD001: compliant device",
        "grantControls": {
            "builtInControls": ["compliantDevice", "domainJoinedDevice"],
            "customAuthenticationFactors": [],
            "operator": "OR",
            "termsOfUse": [],
        },
        "sessionControls": {
            "applicationEnforcedRestrictions": {
                "@odata.type": "#microsoft.graph.applicationEnforcedRestrictionsSessionControl",
                "isEnabled": False,
            },
            "cloudAppSecurity": None,
            "disableResilienceDefaults": False,
            "persistentBrowser": {"isEnabled": True, "mode": "never"},
            "signInFrequency": {
                "authenticationType": "primaryAndSecondaryAuthentication",
                "frequencyInterval": "timeBased",
                "isEnabled": True,
                "type": "hours",
                "value": 12,
            },
        },
        "state": "enabledForReportingButNotEnforced",
        "id": "72a97fe2-2e0d-41fc-a55f-0b22d6332faf",
        "createdDateTime": "2026-01-01T00:00:00Z",
    }


@pytest.mark.requirement("GOV-3")
def test_a_policy_that_the_real_provider_wrote_is_read(names: ResolvedNames):
    read = from_graph(transcript_policy(names), names)
    assert read == EffectivePolicy.model_validate(
        {
            "id": "CAD001",
            "state": "report-only",
            "users": {"include": {"groups": ["staff/gnosjo"]}, "exclude": {"groups": ["emergency"]}},
            "applications": {"include": ["all"]},
            "conditions": {
                "platforms": {"include": ["windows"]},
                "devices": {"mode": "exclude", "clauses": [{"attribute": "trust", "value": "hybrid"}]},
            },
            "grant": {"any_of": ["compliant-device", "joined-device"]},
            "session": {"sign_in_frequency_hours": 12, "persistent_browser": "never"},
        }
    )


def put(path: str, value: Any) -> Callable[[Json], None]:  # noqa: ANN401 - any JSON
    """Sets what is at the path."""

    def change(policy: Json) -> None:
        *way, last = path.split(".")
        place = policy
        for key in way:
            place = place[key]
        place[last] = value

    return change


SOME_ID = "0defe38e-c1b7-4b51-a529-3a5321874d16"
UNKNOWN: dict[str, tuple[str, Any, str]] = {
    "a state to come": ("state", "unknownFutureValue", "state: unknownFutureValue"),
    "a person": ("conditions.users.excludeUsers", [SOME_ID], f"users.excludeUsers: {SOME_ID}"),
    "an undeclared group": ("conditions.users.excludeGroups", [SOME_ID], f"users.excludeGroups: {SOME_ID}"),
    "an undeclared role": ("conditions.users.includeRoles", [SOME_ID], f"users.includeRoles: {SOME_ID}"),
    "an undeclared application": ("conditions.applications.includeApplications", [SOME_ID], SOME_ID),
    "no application": ("conditions.applications.includeApplications", ["None"], "includeApplications: None"),
    "an application filter": ("conditions.applications.applicationFilter", {"rule": "x"}, "applicationFilter"),
    "an authentication context": (
        "conditions.applications.includeAuthenticationContextClassReferences",
        ["c1"],
        "includeAuthenticationContextClassReferences",
    ),
    "all trusted locations": ("conditions.locations", {"includeLocations": ["AllTrusted"]}, "AllTrusted"),
    "an unknown platform": ("conditions.platforms.includePlatforms", ["visionOS"], "platforms: visionOS"),
    "an unknown client": ("conditions.clientAppTypes", ["easSupported"], "clientAppTypes: easSupported"),
    "a rule beyond clauses": ("conditions.devices.deviceFilter.rule", 'device.model -eq "X"', "device.model"),
    "hidden risk": ("conditions.signInRiskLevels", ["hidden"], "signInRiskLevels: hidden"),
    "insider risk": ("conditions.insiderRiskLevels", "elevated", "insiderRiskLevels"),
    "risk of service principals": ("conditions.servicePrincipalRiskLevels", ["high"], "servicePrincipalRiskLevels"),
    "a condition to come": ("conditions.moonPhase", "full", "conditions.moonPhase"),
    "an unknown flow": ("conditions.authenticationFlows", {"transferMethods": "carrierPigeon"}, "carrierPigeon"),
    "some guests": (
        "conditions.users.includeGuestsOrExternalUsers",
        {"guestOrExternalUserTypes": "internalGuest"},
        "includeGuestsOrExternalUsers: some kinds of guests",
    ),
    "an unknown control": ("grantControls.builtInControls", ["compliantApplication"], "compliantApplication"),
    "terms of use": ("grantControls.termsOfUse", [SOME_ID], "grantControls.termsOfUse"),
    "an undeclared strength": ("grantControls.authenticationStrength", {"id": SOME_ID}, SOME_ID),
    "a grant of nothing": ("grantControls", {"operator": "AND", "builtInControls": []}, "grant: "),
    "cloud app security": ("sessionControls.cloudAppSecurity", {"isEnabled": True}, "cloudAppSecurity"),
    "no resilience defaults": ("sessionControls.disableResilienceDefaults", True, "disableResilienceDefaults"),
    "restrictions by applications": (
        "sessionControls.applicationEnforcedRestrictions",
        {"isEnabled": True},
        "applicationEnforcedRestrictions",
    ),
    "the second factor only": (
        "sessionControls.signInFrequency.authenticationType",
        "secondaryAuthentication",
        "signInFrequency.authenticationType",
    ),
    "one service principal": (
        "conditions.clientApplications",
        {"includeServicePrincipals": [SOME_ID]},
        "clientApplications.includeServicePrincipals",
    ),
    "a control to come": ("agentControls", {"isEnabled": True}, "agentControls"),
}


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize("what", UNKNOWN)
def test_what_has_no_word_makes_a_policy_unsupported_and_is_named(what: str, names: ResolvedNames):
    path, value, named = UNKNOWN[what]
    policy = transcript_policy(names)
    put(path, value)(policy)
    read = from_graph(policy, names)
    assert isinstance(read, Unsupported), read
    assert read.id == "CAD001"
    assert any(named in reason for reason in read.reasons), read.reasons


@pytest.mark.parametrize(
    "change",
    [
        put("conditions.users.includeUsers", ["GuestsOrExternalUsers"]),
        put(
            "conditions.users.includeGuestsOrExternalUsers",
            {
                "guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,"
                "b2bDirectConnectUser,otherExternalUser,serviceProvider",
                "externalTenants": {"membershipKind": "all"},
            },
        ),
    ],
)
def test_guests_are_read_in_both_of_graph_s_forms(change: Callable[[Json], None], names: ResolvedNames):
    policy = transcript_policy(names)
    change(policy)
    read = from_graph(policy, names)
    assert isinstance(read, EffectivePolicy)
    assert read.users is not None
    assert read.users.include.guests


def test_people_beside_service_principals_make_a_policy_unsupported(names: ResolvedNames):
    policy = transcript_policy(names)
    put("conditions.clientApplications", {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]})(policy)
    put("conditions.users.includeUsers", ["All"])(policy)
    read = from_graph(policy, names)
    assert isinstance(read, Unsupported)
    assert "conditions.users beside clientApplications" in read.reasons


def test_devices_without_a_filter_are_any(names: ResolvedNames):
    policy = transcript_policy(names)
    put("conditions.devices", {"deviceFilter": None})(policy)
    read = from_graph(policy, names)
    assert isinstance(read, EffectivePolicy)
    assert read.conditions.devices is None


def test_days_are_read_as_hours(names: ResolvedNames):
    policy = transcript_policy(names)
    policy["sessionControls"]["signInFrequency"] |= {"type": "days", "value": 7}
    read = from_graph(policy, names)
    assert isinstance(read, EffectivePolicy)
    assert read.session is not None
    assert read.session.sign_in_frequency_hours == 168


def test_a_policy_that_nobody_declared_keeps_its_name(names: ResolvedNames):
    read = from_graph({**transcript_policy(names), "displayName": "Test, delete me", "state": "disabled"}, names)
    assert (read.id, read.state) == ("Test, delete me", State.DISABLED)


def test_order_has_no_meaning(names: ResolvedNames, policies: dict[str, Policy]):
    [effective] = fully_enforced([policies["CAD006"]])
    policy = sent(effective, "CAD006", names)
    platforms: Iterable[str] = policy["conditions"]["platforms"]["excludePlatforms"]
    policy["conditions"]["platforms"]["excludePlatforms"] = list(reversed(list(platforms)))
    assert from_graph(policy, names) == effective
