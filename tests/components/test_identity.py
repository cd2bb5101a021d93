"""IDM-1 to IDM-3: what the program asks Entra ID for, on Pulumi's mocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import _special_secret_sig, _special_sig_key

from identity.emergency_access import EmergencyAccess
from identity.roles import ROLES, template_id
from operations.stack_settings import StackSettings

CODES = {"gislaved": "gis", "gnosjo": "gno", "varnamo": "vmo", "vaggeryd": "vag"}
Program = Callable[..., Any]


@pytest.mark.requirement("IDM-1")
def test_groups_have_the_declared_names_and_rules_and_no_members_from_here(program: Program) -> None:
    made = program("lab").of("Group")
    assert len(made) == 35
    for inputs in made.values():
        assert inputs["displayName"] == inputs["mailNickname"]
        assert inputs["securityEnabled"] is True
        assert "members" not in inputs
        assert ("dynamicMembership" in inputs) == (inputs.get("types") == ["DynamicMembership"])
    assert made["staff/gnosjo"]["displayName"] == "ggvv-lab-gno-staff"
    declared = StackSettings.read("lab").architecture().directory
    assert {n: i["dynamicMembership"]["rule"] for n, i in made.items() if "dynamicMembership" in i} == {
        group.key: group.rule for group in declared.groups if group.rule
    }
    assert made["emergency"]["assignableToRole"] is True


@pytest.mark.requirement("IDM-2")
def test_groups_that_can_hold_roles_have_no_owner_but_the_deployer(program: Program) -> None:
    made = program("lab").of("Group")
    owned = {name for name, inputs in made.items() if "owners" in inputs}
    assert owned == {name for name, inputs in made.items() if inputs.get("assignableToRole")}
    assert all(len(made[name]["owners"]) == 1 for name in owned)


@pytest.mark.requirement("SEP-1")
@pytest.mark.parametrize("municipality", CODES)
def test_vcenter_lets_in_the_group_that_the_directory_makes(program: Program, municipality: str) -> None:
    made = program("lab")
    group = made.of("Group")[f"administrators-tier1/{municipality}"]["displayName"]
    place = made.of("EntityPermissions")[f"ggvv-active/{municipality}/ResourcePool"]
    assert place["permissions"][0]["userOrGroup"] == f"GGVV\\{group}"


@pytest.mark.requirement("IDM-1")
def test_a_municipality_s_service_desk_reaches_its_own_unit_and_no_other(program: Program) -> None:
    """Gnosjö's service desk can't reset Värnamo's passwords."""
    made = program("lab")
    requests = made.of("DirectoryRoleEligibilityScheduleRequest")
    for municipality, code in CODES.items():
        assert made.of("AdministrativeUnit")[municipality]["displayName"] == f"ggvv-lab-{code}"
        own = f"/administrativeUnits/{made.object_id_of('AdministrativeUnit', municipality)}"
        desk, tier0 = requests[f"{municipality}/helpdesk-administrator"], requests[f"{municipality}/user-administrator"]
        assert (desk["directoryScopeId"], tier0["directoryScopeId"]) == (own, own)
        assert desk["roleDefinitionId"] == template_id("helpdesk-administrator")
        assert desk["principalId"] == made.object_id_of("Group", f"administrators-tier2/{municipality}")
        assert tier0["principalId"] == made.object_id_of("Group", f"administrators-tier0/{municipality}")
    everywhere = {name: request for name, request in requests.items() if request["directoryScopeId"] == "/"}
    assert len(everywhere) == len(requests) - 2 * len(CODES)
    of_municipalities = {made.object_id_of("Group", name) for name in made.of("Group") if "/" in name}
    assert of_municipalities.isdisjoint(request["principalId"] for request in everywhere.values())


@pytest.mark.requirement("IDM-2")
def test_two_emergency_accounts_are_the_only_standing_administrators(program: Program) -> None:
    made = program("lab")
    accounts = made.of("User")
    assert sorted(account["userPrincipalName"] for account in accounts.values()) == [
        "ggvv-lab-emergency-1@ggvv-lab.onmicrosoft.com",
        "ggvv-lab-emergency-2@ggvv-lab.onmicrosoft.com",
    ]
    ids = {made.object_id_of("User", name) for name in accounts}
    standing = made.of("DirectoryRoleAssignment").values()
    assert {assignment["principalObjectId"] for assignment in standing} == ids
    assert {assignment["roleId"] for assignment in standing} == {template_id("global-administrator")}
    members = made.of("GroupMember").values()
    assert {member["memberObjectId"] for member in members} == ids
    assert {member["groupObjectId"] for member in members} == {made.object_id_of("Group", "emergency")}


@pytest.mark.requirement("IDM-2")
def test_passwords_of_emergency_accounts_are_secret_strong_and_each_its_own(program: Program) -> None:
    given = [account["password"] for account in program("lab").of("User").values()]
    assert [password[_special_sig_key] for password in given] == [_special_secret_sig] * 2
    passwords = [password["value"] for password in given]
    assert len(set(passwords)) == 2
    for password in passwords:
        assert len(password) > 60
        assert all(any(test(c) for c in password) for test in (str.isupper, str.islower, str.isdigit))


@pytest.mark.requirement("IDM-2")
def test_a_later_run_keeps_the_passwords_that_the_first_one_drew(mocked: Callable[[Callable[[], object]], Any]) -> None:
    kept: dict[str, list[str] | None] = {}

    def look(resource: pulumi.ResourceTransformationArgs) -> None:
        if resource.type_ == "azuread:index/user:User":
            kept[resource.name] = resource.opts.ignore_changes

    options = pulumi.ResourceOptions(transformations=[look])
    mocked(lambda: EmergencyAccess("p", "ggvv.onmicrosoft.com", group="group", opts=options))
    assert kept == {"emergency-1": ["password"], "emergency-2": ["password"]}


@pytest.mark.requirement("IDM-2")
def test_every_right_by_eligibility_is_activated_with_approval_for_hours(program: Program) -> None:
    made = program("lab")
    ruled = {rules["groupId"] for rules in made.of("GroupRoleManagementPolicy").values()}
    requests = made.of("DirectoryRoleEligibilityScheduleRequest").values()
    assert {request["principalId"] for request in requests} <= ruled
    assert {request["roleDefinitionId"] for request in requests} <= {str(role.template) for role in ROLES.values()}
    approvers = made.object_id_of("Group", "approvers")
    for name, rules in made.of("GroupRoleManagementPolicy").items():
        activation = rules["activationRules"]
        assert activation["maximumDuration"] in {"PT2H", "PT4H", "PT8H"}, name
        for demand in ("Approval", "MultifactorAuthentication", "Justification", "TicketInfo"):
            assert activation[f"require{demand}"] is True, f"{name}: {demand}"
        assert activation["approvalStage"]["primaryApprovers"] == [{"objectId": approvers, "type": "groupMembers"}]
        assert rules["eligibleAssignmentRules"]["expirationRequired"] is True
        assert rules["activeAssignmentRules"]["expirationRequired"] is True
        told = rules["notificationRules"]["eligibleActivations"]["adminNotifications"]
        assert told["additionalRecipients"] == ["soc@ggvv-lab.onmicrosoft.com"]


@pytest.mark.requirement("IDM-3")
@pytest.mark.parametrize("application", ["itsm", "logs", "vcenter", "backup", "vpn"])
def test_an_application_takes_only_who_has_a_role_there(program: Program, application: str) -> None:
    made = program("lab")
    principal = made.of("ServicePrincipal")[application]
    assert principal["appRoleAssignmentRequired"] is True
    roles = {role["id"] for role in made.of("Application")[application]["appRoles"]}
    assigned = [i for n, i in made.of("AppRoleAssignment").items() if n.startswith(f"{application}/")]
    assert {assignment["appRoleId"] for assignment in assigned} == roles
    assert {a["resourceObjectId"] for a in assigned} == {made.object_id_of("ServicePrincipal", application)}
    groups = {made.object_id_of("Group", name) for name in made.of("Group")}
    assert {assignment["principalObjectId"] for assignment in assigned} <= groups


@pytest.mark.requirement("IDM-3")
def test_saml_answers_are_signed_until_a_declared_day(program: Program) -> None:
    made = program("lab")
    ends = {name: inputs["endDate"] for name, inputs in made.of("ServicePrincipalTokenSigningCertificate").items()}
    assert ends == {"itsm": "2028-11-30T00:00:00Z", "vpn": "2028-10-31T00:00:00Z"}
    assert made.of("Application")["vpn"]["identifierUris"] == ["api://ggvv-lab.onmicrosoft.com/ggvv-lab-vpn"]
    assert made.of("Application")["vpn"]["web"]["redirectUris"] == ["https://vpn.lab.ggvv.internal/saml/acs"]
    assert made.of("ServicePrincipal")["vpn"]["preferredSingleSignOnMode"] == "saml"


@pytest.mark.requirement("IDM-3")
def test_there_is_no_client_secret(program: Program) -> None:
    made = program("lab")
    kinds = Counter(each.kind for each in made.made)
    assert not {"ApplicationPassword", "ServicePrincipalPassword"} & set(kinds)
    assert not [name for name, inputs in made.of("Application").items() if "password" in inputs]
    callback = "https://logs.lab.ggvv.internal/callback"
    assert made.of("Application")["logs"]["singlePageApplication"] == {"redirectUris": [callback]}


@pytest.mark.requirement("GOV-1")
def test_applications_are_owned_by_who_deploys_them(program: Program) -> None:
    """Else Application.ReadWrite.OwnedBy would not do, and the deployer could change everybody's applications."""
    made = program("lab")
    for kind in ("Application", "ServicePrincipal"):
        for name, inputs in made.of(kind).items():
            assert inputs["owners"] == ["object-id-of-the-deployer"], f"{kind} {name}"


@pytest.mark.requirement("IDM-1")
def test_the_synchronisation_asks_for_what_it_needs(program: Program) -> None:
    asked = program("lab").of("Application")["synchronisation"]["requiredResourceAccesses"]
    assert {access["resourceAppId"]: len(access["resourceAccesses"]) for access in asked} == {
        "6bf85cfa-ac8a-4be5-b5de-425a0d0dc016": 1,
        "93625bc8-bfe2-437a-97e0-3d0060024faa": 3,
    }


def test_a_stack_without_identity_asks_for_none(program: Program) -> None:
    made = program("lab-full", waves={})
    assert not made.of("Group")
    assert "Tenant" not in {each.kind for each in made.made}


@pytest.mark.requirement("IDM-2")
def test_every_policy_about_people_spares_the_emergency_accounts(program: Program) -> None:
    made = program("lab")
    emergency = made.object_id_of("Group", "emergency")
    policies = made.of("ConditionalAccessPolicy")
    assert len(policies) >= 15
    for name, inputs in policies.items():
        users = inputs["conditions"]["users"]
        if users.get("includedUsers") != ["None"]:
            assert emergency in users["excludedGroups"], name
