"""Conditional Access, named locations, authentication strengths (IDM-2, IDM-4): references are to what exists."""

from __future__ import annotations

from typing import Any

import pytest

from lab.tenant.conditional_access import MOST
from tests.unit.lab.tenant.graph_client import GraphClient

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
STRENGTHS = "policies/authenticationStrengthPolicies"
NOBODY = "99999999-9999-9999-9999-999999999999"
PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"
OFFICE = {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "egress",
          "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}]}  # fmt: skip
NORDIC = {
    "@odata.type": "#microsoft.graph.countryNamedLocation",
    "displayName": "Nordic",
    "countriesAndRegions": ["SE"],
}


def policy(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a policy of any form
    conditions = {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}}
    body = {"displayName": "CAU001", "state": "enabledForReportingButNotEnforced", "conditions": conditions}
    return {**body, "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}, **more}


def conditions(**more: object) -> dict[str, Any]:
    return policy(conditions={**policy()["conditions"], **more})


@pytest.mark.requirement("IDM-2")
def test_a_policy_has_all_conditions_whatever_the_client_named(directory: GraphClient) -> None:
    made = directory.make(POLICIES, policy())
    assert made["conditions"]["clientAppTypes"] == ["all"]
    assert made["conditions"]["users"]["excludeGroups"] == []
    assert made["conditions"]["locations"] is None
    assert directory.get(f"{POLICIES}/{made['id']}")["conditions"] == made["conditions"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (policy(state="on"), "'on' is none of"),
        (policy(colour="red"), "Invalid property 'colour'"),
        (conditions(colour=["red"]), "Invalid property 'colour' of 'conditions'"),
        (policy(conditions=None), "conditions"),
        (policy(grantControls=None), "grant controls, session controls or both"),
        (policy(grantControls={"operator": "OR", "builtInControls": []}), "at least one control"),
        (policy(grantControls={"builtInControls": ["mfa"]}), "operator"),
        (policy(grantControls={"operator": "OR", "builtInControls": ["mfa", "block"]}), "block goes with no other"),
        (policy(grantControls={"operator": "OR", "builtInControls": ["magic"]}), "'magic' is none of"),
        (policy(grantControls={"operator": "OR", "authenticationStrength": {"id": NOBODY}}), "does not exist"),
        (policy(grantControls={"operator": "AND", "builtInControls": ["mfa"],
                               "authenticationStrength": {"id": PHISHING_RESISTANT}}), "exclude each other"),
        (policy(sessionControls={"signInFrequency": {"isEnabled": True}}), "signInFrequency"),
        (conditions(users={"includeUsers": []}), "users: a policy includes"),
        (conditions(users={"includeUsers": [NOBODY]}), "users/includeUsers"),
        (conditions(users={"includeUsers": ["All"], "excludeGroups": [NOBODY]}), "users/excludeGroups"),
        (conditions(users={"includeRoles": [NOBODY]}), "users/includeRoles"),
        (conditions(users={"includeGroups": ["staff"]}), "a value of type Guid is expected"),
        (conditions(applications={"includeApplications": []}), "applications: a policy includes"),
        (conditions(applications={"includeApplications": [NOBODY]}), "applications/includeApplications"),
        (conditions(applications={"includeUserActions": ["urn:user:dance"]}), "urn:user:dance"),
        (conditions(applications={"includeApplications": ["All"], "includeUserActions": ["urn:user:registerdevice"]}),
         "exclude each other"),
        (conditions(locations={"includeLocations": [NOBODY]}), "locations/includeLocations"),
        (conditions(locations={"excludeLocations": ["AllTrusted"]}), "something included"),
        (conditions(platforms={"excludePlatforms": ["iOS"]}), "something included"),
        (conditions(clientAppTypes=[]), "clientAppTypes"),
        (conditions(authenticationFlows={"transferMethods": "deviceCodeFlow,pigeon"}), "'pigeon'"),
        (conditions(devices={"deviceFilter": {"mode": "include"}}), "a mode and a rule"),
    ],
)  # fmt: skip
def test_a_policy_is_refused(directory: GraphClient, body: dict[str, Any], told: str) -> None:
    assert told in directory.refused("POST", POLICIES, body)["message"]
    assert directory.list(POLICIES) == []


@pytest.mark.requirement("IDM-4")
@pytest.mark.parametrize(
    "body",
    [
        conditions(applications={"includeUserActions": ["urn:user:registersecurityinfo"]}),
        conditions(authenticationFlows={"transferMethods": "deviceCodeFlow,authenticationTransfer"}),
        conditions(locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}),
        conditions(clientAppTypes=["exchangeActiveSync", "other"]),
        conditions(users={"includeRoles": ["62e90394-69f5-4237-9190-012177145e10"]}),
        conditions(users={"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "b2bCollaborationGuest"}}),
        conditions(applications={"includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013", "Office365"]}),
        conditions(devices={"deviceFilter": {"mode": "exclude", "rule": 'device.trustType -eq "ServerAD"'}}),
        policy(grantControls={"operator": "OR", "authenticationStrength": {"id": PHISHING_RESISTANT}}),
        policy(grantControls=None, sessionControls={"persistentBrowser": {"isEnabled": True, "mode": "never"}}),
        policy(sessionControls={"signInFrequency": {"isEnabled": True, "frequencyInterval": "everyTime"}}),
    ],
)
def test_the_policies_of_this_projects_kinds_are_taken(directory: GraphClient, body: dict[str, Any]) -> None:
    directory.make(POLICIES, body)


def test_a_strength_is_told_in_full(directory: GraphClient) -> None:
    grant = {"operator": "OR", "authenticationStrength": {"id": PHISHING_RESISTANT}}
    made = directory.make(POLICIES, policy(grantControls=grant))
    assert made["grantControls"]["authenticationStrength"]["displayName"] == "Phishing-resistant MFA"


def test_a_change_is_checked_with_what_stays(directory: GraphClient) -> None:
    path = f"{POLICIES}/{directory.make(POLICIES, policy())['id']}"
    directory.refused("PATCH", path, {"conditions": {"users": {"includeUsers": []}}})
    directory.refused("PATCH", path, {"grantControls": None})
    directory.change(path, {"conditions": {"users": {"excludeUsers": [directory.user()["id"]]}}, "state": "enabled"})
    seen = directory.get(path)
    assert (seen["state"], seen["conditions"]["users"]["includeUsers"]) == ("enabled", ["All"])


def test_a_policy_that_refers_to_a_deleted_group_can_not_be_made(directory: GraphClient) -> None:
    group = directory.group()["id"]
    directory.delete(f"groups/{group}")
    users = {"includeUsers": ["All"], "excludeGroups": [group]}
    assert group in directory.refused("POST", POLICIES, conditions(users=users))["message"]


def test_a_tenant_takes_no_more_policies_than_entra(directory: GraphClient) -> None:
    for _ in range(MOST):
        directory.make(POLICIES, policy())
    assert str(MOST) in directory.refused("POST", POLICIES, policy())["message"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({**OFFICE, "@odata.type": "#microsoft.graph.namedLocation"}, "Invalid type"),
        ({"displayName": "x"}, "is an ipNamedLocation or a countryNamedLocation"),
        ({**OFFICE, "ipRanges": []}, "1 to 2000"),
        ({**OFFICE, "ipRanges": [{"cidrAddress": "192.0.2.1/24"}]}, "has host bits set"),
        ({**OFFICE, "ipRanges": [{"cidrAddress": "0.0.0.0/0"}]}, "too wide"),
        ({**NORDIC, "countriesAndRegions": []}, "at least one"),
        ({**NORDIC, "countriesAndRegions": ["Sweden"]}, "'Sweden'"),
    ],
)
def test_a_location_is_refused(directory: GraphClient, body: dict[str, Any], told: str) -> None:
    assert told in directory.refused("POST", LOCATIONS, body)["message"]


@pytest.mark.requirement("IDM-4")
def test_a_trusted_location_is_deleted_only_when_it_is_trusted_no_more(directory: GraphClient) -> None:
    path = f"{LOCATIONS}/{directory.make(LOCATIONS, {**OFFICE, 'isTrusted': True})['id']}"
    assert "trusted" in directory.refused("DELETE", path)["message"]
    directory.change(path, {"@odata.type": OFFICE["@odata.type"], "isTrusted": False})
    directory.delete(path)


def test_a_location_in_use_is_not_deleted(directory: GraphClient) -> None:
    location = directory.make(LOCATIONS, NORDIC)["id"]
    made = directory.make(POLICIES, conditions(locations={"includeLocations": ["All"], "excludeLocations": [location]}))
    assert made["id"] in directory.refused("DELETE", f"{LOCATIONS}/{location}")["message"]
    directory.delete(f"{POLICIES}/{made['id']}")
    directory.delete(f"{LOCATIONS}/{location}")


def test_a_locations_type_stays(directory: GraphClient) -> None:
    location = directory.make(LOCATIONS, NORDIC)
    assert location["countryLookupMethod"] == "clientIpAddress"
    directory.refused("PATCH", f"{LOCATIONS}/{location['id']}", {"@odata.type": OFFICE["@odata.type"]})


def test_combinations_of_a_strength_are_changed_by_an_action(directory: GraphClient) -> None:
    made = directory.make(STRENGTHS, {"displayName": "keys", "allowedCombinations": ["fido2"]})
    path = f"{STRENGTHS}/{made['id']}"
    assert made["policyType"] == "custom"
    directory.refused("PATCH", path, {"allowedCombinations": ["fido2", "windowsHelloForBusiness"]})
    answer = directory.ask(
        "POST", f"{path}/updateAllowedCombinations", {"allowedCombinations": ["windowsHelloForBusiness"]}
    )
    assert answer.json()["previousCombinations"] == ["fido2"]
    assert directory.get(path)["allowedCombinations"] == ["windowsHelloForBusiness"]
    for wrong in ([], ["carrier pigeon"], None):
        directory.refused("POST", f"{path}/updateAllowedCombinations", {"allowedCombinations": wrong})


def test_a_strength_in_use_or_built_in_is_not_deleted(directory: GraphClient) -> None:
    strength = directory.make(STRENGTHS, {"displayName": "keys", "allowedCombinations": ["fido2"]})["id"]
    grant = {"operator": "OR", "authenticationStrength": {"id": strength}}
    made = directory.make(POLICIES, policy(grantControls=grant))["id"]
    assert made in directory.refused("DELETE", f"{STRENGTHS}/{strength}")["message"]
    assert [each["id"] for each in directory.get(f"{STRENGTHS}/{strength}/usage")["mfa"]] == [made]
    directory.refused("DELETE", f"{STRENGTHS}/{PHISHING_RESISTANT}")
    directory.refused("PATCH", f"{STRENGTHS}/{PHISHING_RESISTANT}", {"displayName": "mine"})
    directory.refused("POST", STRENGTHS, {"displayName": "KEYS", "allowedCombinations": ["fido2"]})


def test_built_in_strengths_have_their_well_known_ids(directory: GraphClient) -> None:
    found = {each["id"][-1]: each["displayName"] for each in directory.list(STRENGTHS)}
    assert found == {"2": "Multifactor authentication", "3": "Passwordless MFA", "4": "Phishing-resistant MFA"}


def test_what_is_not_there_says_so(directory: GraphClient) -> None:
    directory.refused("POST", "identity/conditionalAccess/evaluate", {}, status=501)
