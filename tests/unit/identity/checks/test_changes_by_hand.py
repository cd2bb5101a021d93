"""Changes that somebody makes in the tenant by hand: each is found, by these checks and by no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from identity.checks.catalogue import catalogue
from identity.roles import template_id
from tests.snapshot.ids import GONE, id_of
from tests.snapshot.parts import certificate
from tests.snapshot.tenant import Json, Snapshot

PERSON = "11111111-1111-4111-8111-111111111111"
EMERGENCY = id_of("group", "emergency")
SOC = id_of("group", "soc")
OWNER = {"@odata.type": "#microsoft.graph.user", "id": PERSON, "userPrincipalName": "per@gnosjo.se"}
LATER = {"scheduleInfo": {"expiration": {"type": "afterDateTime", "endDateTime": "2026-12-01T00:00:00Z"}}}
FOREVER = {"scheduleInfo": {"expiration": {"type": "noExpiration"}}}


def users(tenant: Snapshot, id_: str) -> Json:
    """Whom a policy is about."""
    found: Json = tenant.policy(id_)["conditions"]["users"]
    return found


def held(group: str, role: str, scope: str = "/") -> Json:
    """A role that somebody holds, or is eligible for."""
    return {"principalId": id_of("group", group), "roleDefinitionId": template_id(role), "directoryScopeId": scope}


def unit(municipality: str) -> str:
    """The scope of a municipality's unit."""
    return f"/administrativeUnits/{id_of('unit', municipality)}"


def remove(tenant: Snapshot, part: str, name: str) -> None:
    """Delete what has a name that ends so."""
    tenant.parts[part].remove(tenant.named(part, name))


def rule_of(tenant: Snapshot, group: str, rule: str) -> Json:
    """One of the rules by which membership of a group is activated."""
    rules = tenant.parts[f"activation-rules/{id_of('group', group)}"][0]["policy"]["rules"]
    found: Json = next(each for each in rules if each["id"] == rule)
    return found


def owners_of(tenant: Snapshot, application: str) -> list[Json]:
    """Who owns an application."""
    found: list[Json] = tenant.parts[f"application-owners/{id_of('principal', application)}"]
    return found


def stranger(tenant: Snapshot, **about: object) -> None:
    """Add a policy that nobody declared."""
    like = {**tenant.policy("CAU001"), "id": GONE, "displayName": "Test of a consultant", **about}
    tenant.parts["policies"].append(like)


POLICIES: dict[str, tuple[str, Callable[[Snapshot], object]]] = {
    "a policy no longer excludes the emergency group": (
        "01 07 17",
        lambda t: users(t, "CAU001")["excludeGroups"].remove(EMERGENCY),
    ),
    "a person is excluded by name": ("02 07", lambda t: users(t, "CAU001")["excludeUsers"].append(PERSON)),
    "a person is included by name": ("02 07", lambda t: users(t, "CAU002")["includeUsers"].append(PERSON)),
    "a group that a policy excludes is deleted": ("03 07 20", lambda t: remove(t, "groups", "-travellers")),
    "a policy refers to a deleted group": ("03 07", lambda t: users(t, "CAU001")["excludeGroups"].append(GONE)),
    "a named location is deleted": ("03 07 11", lambda t: remove(t, "locations", " allowed-countries")),
    "a strength is deleted": ("03 07 13", lambda t: remove(t, "strengths", " phishing-resistant")),
    "an application is deleted": ("03 07 50", lambda t: remove(t, "service-principals", "-itsm")),
    "a policy is deleted": ("04 16 17", lambda t: t.parts["policies"].remove(t.policy("CAU001"))),
    "all policies are deleted": ("04 15 16 17", lambda t: t.parts["policies"].clear()),
    "nothing stops a legacy client any more": (
        "04 06 15 16 17",
        lambda t: (
            t.parts["policies"].remove(t.policy("CAU001")),
            t.policy("CAP001").update(state="disabled"),
        ),
    ),
    "a policy that only reports is added": ("05", lambda t: stranger(t, state="enabledForReportingButNotEnforced")),
    "a policy is copied": ("05", lambda t: stranger(t, displayName="CAU001 copy", state="disabled")),
    "a policy is disabled": ("06 17", lambda t: t.policy("CAP001").update(state="disabled")),
    "a policy only reports": (
        "06 17",
        lambda t: t.policy("CAL001").update(state="enabledForReportingButNotEnforced"),
    ),
    "a policy is renamed": ("07", lambda t: t.policy("CAU001").update(displayName="CAU001 MFA (old)")),
    "MFA becomes one of two ways in": (
        "07 17",
        lambda t: t.policy("CAU001")["grantControls"].update(builtInControls=["mfa", "compliantDevice"]),
    ),
    "a strength is taken off a policy": (
        "07 17",
        lambda t: t.policy("CAU002")["grantControls"].update(authenticationStrength=None, builtInControls=["mfa"]),
    ),
    "a group is excluded more": (
        "07 16 17",
        lambda t: users(t, "CAU001")["excludeGroups"].append(id_of("group", "staff/gnosjo")),
    ),
    "a role is no longer included": (
        "07 17",
        lambda t: users(t, "CAU002")["includeRoles"].remove(template_id("global-administrator")),
    ),
    "an application is excluded": (
        "07 16 17",
        lambda t: t.policy("CAU001")["conditions"]["applications"]["excludeApplications"].append("Office365"),
    ),
    "a legacy client is no longer meant": (
        "07 17",
        lambda t: t.policy("CAP001")["conditions"].update(clientAppTypes=["exchangeActiveSync"]),
    ),
    "a location is excluded more": (
        "07",
        lambda t: t.policy("CAL001")["conditions"]["locations"].update(excludeLocations=["AllTrusted"]),
    ),
    "a session lasts longer": (
        "07 17",
        lambda t: t.policy("CAU003")["sessionControls"]["signInFrequency"].update(value=23),
    ),
    "a session's limit is taken off": ("07", lambda t: t.policy("CAD005").update(sessionControls=None)),
    "a device filter is widened": (
        "07 17",
        lambda t: t.policy("CAD004")["conditions"]["devices"]["deviceFilter"].update(mode="include"),
    ),
    "a condition is added that nobody has a word for": (
        "07",
        lambda t: t.policy("CAU001")["conditions"].update(insiderRiskLevels="elevated"),
    ),
    "an address is added to the trusted ones": (
        "11",
        lambda t: t.named("locations", " trusted")["ipRanges"].append({"cidrAddress": "203.0.113.7/32"}),
    ),
    "the municipalities' own networks are trusted no more": (
        "11",
        lambda t: t.named("locations", " trusted").update(isTrusted=False),
    ),
    "a country is allowed more": (
        "11",
        lambda t: t.named("locations", " allowed-countries")["countriesAndRegions"].append("RU"),
    ),
    "unknown countries are allowed": (
        "11",
        lambda t: t.named("locations", " allowed-countries").update(includeUnknownCountriesAndRegions=True),
    ),
    "another location is trusted": (
        "12",
        lambda t: t.parts["locations"].append({"id": GONE, "displayName": "Home", "isTrusted": True}),
    ),
    "a weak method is added to a strength": (
        "13",
        lambda t: t.named("strengths", " phishing-resistant")["allowedCombinations"].append("password,sms"),
    ),
    "security defaults are turned on": (
        "14 STEP-security-defaults",
        lambda t: (
            t.parts["security-defaults"][0].update(isEnabled=True),
            t.answers["/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"].update(isEnabled=True),
        ),
    ),
}

DIRECTORY: dict[str, tuple[str, Callable[[Snapshot], object]]] = {
    "a group is deleted": ("20", lambda t: remove(t, "groups", "-gno-devices")),
    "a dynamic rule is widened": (
        "20",
        lambda t: t.named("groups", "-gno-staff").update(membershipRule="(user.accountEnabled -eq true)"),
    ),
    "a rule is paused": (
        "20",
        lambda t: t.named("groups", "-gno-staff").update(membershipRuleProcessingState="Paused"),
    ),
    "a dynamic group becomes an assigned one": ("20", lambda t: t.named("groups", "-gno-staff").update(groupTypes=[])),
    "a group with our name is added": (
        "21",
        lambda t: t.parts["groups"].append({"id": GONE, "displayName": "ggvv-gno-helpers"}),
    ),
    "the emergency group is deleted": ("01 03 07 20 31", lambda t: remove(t, "groups", "-emergency")),
    "a group whose membership is to be activated is deleted": ("03 07 20 43 51", lambda t: remove(t, "groups", "-soc")),
    "a second group has the name of one of ours": (
        "21",
        lambda t: t.parts["groups"].append({"id": GONE, "displayName": "ggvv-pilot"}),
    ),
    "somebody owns a group that holds roles": ("22", lambda t: t.parts[f"owners/{SOC}"].append(OWNER)),
    "another application owns a group that holds roles": (
        "22",
        lambda t: t.parts[f"owners/{SOC}"].append({**OWNER, "@odata.type": "#microsoft.graph.servicePrincipal"}),
    ),
    "an emergency account is disabled": ("30", lambda t: t.parts["accounts"][0].update(accountEnabled=False)),
    "an emergency account is synchronised": ("30", lambda t: t.parts["accounts"][1].update(onPremisesSyncEnabled=True)),
    "an emergency account becomes a guest": ("30", lambda t: t.parts["accounts"][1].update(userType="Guest")),
    "an emergency account is deleted": (
        "30 31 32 40",
        lambda t: (t.parts["accounts"].pop(), t.parts[f"members/{EMERGENCY}"].pop()),
    ),
    "somebody is put into the emergency group": (
        "31",
        lambda t: t.parts[f"members/{EMERGENCY}"].append({"id": PERSON, "userPrincipalName": "per@gnosjo.se"}),
    ),
    "an emergency account is taken out of the group": ("31", lambda t: t.parts[f"members/{EMERGENCY}"].pop()),
    "an emergency account loses its role": ("32", lambda t: t.parts["role-assignments"].pop()),
    "somebody becomes Global Administrator for good": (
        "40",
        lambda t: (
            t.parts["role-assignments"].append({**held("soc", "global-administrator"), "principalId": PERSON}),
            t.parts["role-schedules"].append(
                {**held("soc", "global-administrator"), "principalId": PERSON, "assignmentType": "Assigned", **FOREVER}
            ),
        ),
    ),
    "an emergency account holds one role more for good": (
        "40",
        lambda t: t.parts["role-assignments"].append(
            {**held("soc", "user-administrator"), "principalId": id_of("user", "1")}
        ),
    ),
    "a person is eligible for a role without a group": (
        "43",
        lambda t: t.parts["role-eligibilities"].append({**held("soc", "security-reader"), "principalId": PERSON}),
    ),
    "a group holds a role for good": (
        "40",
        lambda t: t.parts["role-assignments"].append(held("soc", "security-administrator")),
    ),
    "somebody holds a role in a unit for good": (
        "40",
        lambda t: t.parts["role-assignments"].append(
            {**held("soc", "helpdesk-administrator", unit("gnosjo")), "principalId": PERSON}
        ),
    ),
    "somebody is put into a group that is to be activated": (
        "41",
        lambda t: t.parts[f"members/{SOC}"].append({"id": PERSON, "userPrincipalName": "per@gnosjo.se"}),
    ),
    "somebody's membership never ends": (
        "41",
        lambda t: (
            t.parts[f"members/{SOC}"].append({"id": PERSON}),
            t.parts[f"membership-schedules/{SOC}"].append(
                {"principalId": PERSON, "assignmentType": "assigned", **FOREVER}
            ),
        ),
    ),
    "an activation lasts longer": (
        "42",
        lambda t: rule_of(t, "soc", "Expiration_EndUser_Assignment").update(maximumDuration="PT23H"),
    ),
    "an activation needs no approval": (
        "42",
        lambda t: rule_of(t, "soc", "Approval_EndUser_Assignment")["setting"].update(isApprovalRequired=False),
    ),
    "somebody else approves": (
        "42",
        lambda t: rule_of(t, "soc", "Approval_EndUser_Assignment")["setting"].update(
            approvalStages=[{"primaryApprovers": [{"userId": PERSON}]}]
        ),
    ),
    "an activation needs no MFA": (
        "42",
        lambda t: rule_of(t, "soc", "Enablement_EndUser_Assignment")["enabledRules"].remove(
            "MultiFactorAuthentication"
        ),
    ),
    "eligibility never ends": (
        "42",
        lambda t: rule_of(t, "soc", "Expiration_Admin_Eligibility").update(isExpirationRequired=False),
    ),
    "a group is eligible for one role more": (
        "43",
        lambda t: t.parts["role-eligibilities"].append(held("network", "global-administrator")),
    ),
    "a group is eligible no more": ("43", lambda t: t.parts["role-eligibilities"].pop(0)),
    "a municipality's service desk reaches the whole directory": (
        "43",
        lambda t: t.parts["role-eligibilities"].append(held("administrators-tier2/gnosjo", "helpdesk-administrator")),
    ),
    "Gnosjö's service desk reaches Värnamo": (
        "44",
        lambda t: t.parts["role-eligibilities"].append(
            held("administrators-tier2/gnosjo", "helpdesk-administrator", unit("varnamo"))
        ),
    ),
    "a unit has no administrators": (
        "44",
        lambda t: t.parts["role-eligibilities"].remove(
            held("administrators-tier0/gnosjo", "user-administrator", unit("gnosjo"))
        ),
    ),
    "a unit is deleted": ("44", lambda t: remove(t, "units", "-gno")),
}

APPLICATIONS: dict[str, tuple[str, Callable[[Snapshot], object]]] = {
    "an application asks for no assignment": (
        "50",
        lambda t: t.named("service-principals", "-vcenter").update(appRoleAssignmentRequired=False),
    ),
    "an application is disabled": ("50", lambda t: t.named("service-principals", "-logs").update(accountEnabled=False)),
    "a person gets a role in an application": (
        "51",
        lambda t: t.parts[f"application-assignments/{id_of('principal', 'backup')}"].append(
            {"principalId": PERSON, "appRoleId": GONE}
        ),
    ),
    "a group loses its role in an application": (
        "51",
        lambda t: t.parts[f"application-assignments/{id_of('principal', 'backup')}"].pop(),
    ),
    "a certificate has ended": (
        "52",
        lambda t: t.named("service-principals", "-itsm").update(keyCredentials=certificate("2026-11-01")),
    ),
    "a certificate ends in fifty days": (
        "52",
        lambda t: t.named("service-principals", "-vpn").update(keyCredentials=certificate("2027-01-13")),
    ),
    "a certificate is deleted": ("52", lambda t: t.named("service-principals", "-vpn").update(keyCredentials=[])),
    "somebody owns an application": ("53", lambda t: owners_of(t, "vpn").append(OWNER)),
    "somebody owns every application": (
        "53",
        lambda t: [each.append(OWNER) for key, each in t.parts.items() if key.startswith("application-owners/")],
    ),
    "another application owns every application": (
        "53",
        lambda t: [
            each.append({**OWNER, "@odata.type": "#microsoft.graph.servicePrincipal"})
            for key, each in t.parts.items()
            if key.startswith("application-owners/")
        ],
    ),
    "nobody owns an application": ("22 53", lambda t: owners_of(t, "vpn").clear()),
    "a signing certificate is there once more": (
        "54",
        lambda t: t.named("service-principals", "-vpn")["keyCredentials"].extend(certificate("2029-01-01")),
    ),
    "a certificate is put into an application that needs none": (
        "54",
        lambda t: t.named("service-principals", "-logs").update(keyCredentials=certificate("2029-01-01")),
    ),
    "a domain is federated again": (
        "STEP-domain",
        lambda t: t.answers["/v1.0/domains/gnosjo.se"].update(authenticationType="Federated"),
    ),
    "a domain is gone": ("STEP-domain", lambda t: t.answers.update({"/v1.0/domains/gnosjo.se": None})),
}

CHANGES = POLICIES | DIRECTORY | APPLICATIONS


def identities(short: str) -> set[str]:
    """The ids of checks by their short forms."""
    return {f"IDM-{each}" if each.startswith("STEP") else f"IDM-CHK-{each}" for each in short.split()}


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_hand_is_found_by_the_right_checks(tenant: Snapshot, change: str) -> None:
    short, make = CHANGES[change]
    make(tenant)
    assert tenant.failing() == identities(short)


HARMLESS: dict[str, Callable[[Snapshot], object]] = {
    "a role is activated": lambda t: (
        t.parts["role-assignments"].append({**held("soc", "security-reader"), "principalId": PERSON}),
        t.parts["role-schedules"].append(
            {**held("soc", "security-reader"), "principalId": PERSON, "assignmentType": "Activated"}
        ),
    ),
    "a membership is given until a date": lambda t: (
        t.parts[f"members/{SOC}"].append({"id": PERSON}),
        t.parts[f"membership-schedules/{SOC}"].append({"principalId": PERSON, "assignmentType": "assigned", **LATER}),
    ),
    "somebody approves": lambda t: t.parts[f"members/{id_of('group', 'approvers')}"].append({"id": PERSON}),
    "another service is added": lambda t: t.parts["service-principals"].append(
        {"id": GONE, "appId": GONE, "displayName": "Adobe"}
    ),
    "another group is added": lambda t: t.parts["groups"].append({"id": GONE, "displayName": "Choir of Gnosjö"}),
    "the order of references changes": lambda t: users(t, "CAU002")["includeGroups"].reverse(),
    "a certificate ends in sixty days": lambda t: t.named("service-principals", "-vpn").update(
        keyCredentials=certificate("2027-01-23")
    ),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_what_is_nobody_s_mistake_is_no_finding(tenant: Snapshot, change: str) -> None:
    HARMLESS[change](tenant)
    assert tenant.failing() == set()


@pytest.mark.requirement("GOV-3")
def test_every_check_finds_at_least_one_of_the_changes() -> None:
    found = {each for short, _ in CHANGES.values() for each in identities(short)}
    assert {check.id for check in catalogue() if check.id.startswith("IDM-CHK-")} <= found
