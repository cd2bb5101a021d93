"""PIM: eligibility for roles and groups, and the policies that say how it is assigned and activated (IDM-2)."""

from __future__ import annotations

from typing import Any

import pytest

from lab.tenant.durations import parse_duration
from tests.unit.lab.tenant.graph_client import GraphClient, Opener

READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
NOBODY = "99999999-9999-9999-9999-999999999999"
ROLE = "roleManagement/directory"
GROUP = "identityGovernance/privilegedAccess/group"
POLICY = "#microsoft.graph.unifiedRoleManagementPolicy"
FOREVER = {"expiration": {"type": "noExpiration"}}
MONTH = {"expiration": {"type": "afterDuration", "duration": "P30D"}}


@pytest.fixture
def directory(open_directory: Opener) -> GraphClient:
    return open_directory(more=frozenset({
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    }))  # fmt: skip


def for_role(principal: str, action: str = "adminAssign", **more: object) -> dict[str, Any]:
    body = {"action": action, "principalId": principal, "roleDefinitionId": READER, "directoryScopeId": "/"}
    return {**body, "scheduleInfo": FOREVER, "justification": "SOC", **more}


def for_group(principal: str, group: str, action: str = "adminAssign", **more: object) -> dict[str, Any]:
    body = {"action": action, "principalId": principal, "groupId": group, "accessId": "member"}
    return {**body, "scheduleInfo": MONTH, "justification": "on call", **more}


@pytest.mark.requirement("IDM-2")
def test_eligibility_for_a_role_is_no_assignment(directory: GraphClient) -> None:
    group = directory.group("soc", isAssignableToRole=True)["id"]
    made = directory.make(f"{ROLE}/roleEligibilityScheduleRequests", for_role(group))
    assert made["status"] == "Provisioned"
    assert directory.get(f"{ROLE}/roleEligibilitySchedules/{made['id']}")["principalId"] == group
    [instance] = directory.list(f"{ROLE}/roleEligibilityScheduleInstances?$filter=principalId eq '{group}'")
    assert instance["roleEligibilityScheduleId"] == made["targetScheduleId"]
    assert directory.list(f"{ROLE}/roleAssignments") == []


def test_eligibility_is_given_once_and_taken_once(directory: GraphClient) -> None:
    group = directory.group("soc", isAssignableToRole=True)["id"]
    path = f"{ROLE}/roleEligibilityScheduleRequests"
    made = directory.make(path, for_role(group))
    assert directory.refused("POST", path, for_role(group))["code"] == "RoleAssignmentExists"
    directory.make(path, for_role(group, "adminRemove"))
    directory.refused("GET", f"{path}/{made['id']}", status=404)
    assert directory.list(f"{ROLE}/roleEligibilitySchedules") == []
    gone = directory.refused("POST", path, for_role(group, "adminRemove"), status=404)
    assert gone["code"] == "RoleAssignmentDoesNotExist"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"principalId": NOBODY}, "SubjectNotFound"), ({"roleDefinitionId": NOBODY}, "RoleNotFound")],
)
def test_what_is_not_there_has_the_codes_that_the_plugin_waits_on(
    directory: GraphClient, wrong: dict[str, str], code: str
) -> None:
    body = {**for_role(directory.group("soc", isAssignableToRole=True)["id"]), **wrong}
    assert directory.refused("POST", f"{ROLE}/roleEligibilityScheduleRequests", body, status=404)["code"] == code


def test_an_assignment_by_request_is_told_among_all_assignments(directory: GraphClient) -> None:
    user, other = directory.user()["id"], directory.user("bo")["id"]
    made = directory.make(f"{ROLE}/roleAssignmentScheduleRequests", for_role(user))
    directory.make(
        f"{ROLE}/roleAssignments", {"principalId": other, "roleDefinitionId": READER, "directoryScopeId": "/"}
    )
    assert [held["id"] for held in directory.list(f"{ROLE}/roleAssignments?$filter=principalId eq '{user}'")] == [
        made["id"]
    ]
    standing = directory.list(f"{ROLE}/roleAssignmentScheduleInstances")
    assert {each["principalId"] for each in standing} == {user, other}
    directory.make(f"{ROLE}/roleAssignmentScheduleRequests", for_role(user, "adminRemove"))
    assert directory.list(f"{ROLE}/roleAssignments?$filter=principalId eq '{user}'") == []


def test_eligibility_for_a_group_is_no_membership_until_it_is_assigned(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    made = directory.make(f"{GROUP}/eligibilityScheduleRequests", for_group(user, group))
    assert made["targetScheduleId"].startswith(f"{group}_member_")
    assert (
        directory.get(f"{GROUP}/eligibilitySchedules/{made['targetScheduleId']}")["endDateTime"]
        == "2026-12-24T12:00:00Z"
    )
    assert directory.list(f"groups/{group}/members") == []
    directory.make(f"{GROUP}/assignmentScheduleRequests", for_group(user, group))
    assert [each["id"] for each in directory.list(f"groups/{group}/members")] == [user]
    directory.make(f"{GROUP}/assignmentScheduleRequests", for_group(user, group, "adminRemove"))
    assert directory.list(f"groups/{group}/members") == []


def test_an_update_keeps_the_schedule_and_is_the_latest_request(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    path = f"{GROUP}/eligibilityScheduleRequests"
    schedule = directory.make(path, for_group(user, group))["targetScheduleId"]
    directory.clock.now += 60
    longer = {"expiration": {"type": "afterDuration", "duration": "P60D"}}
    updated = directory.make(path, for_group(user, group, "adminUpdate", scheduleInfo=longer))
    assert updated["targetScheduleId"] == schedule
    query = f"$filter=groupId eq '{group}' and targetScheduleId eq '{schedule}'&$orderby=createdDateTime desc"
    assert [each["action"] for each in directory.list(f"{path}?{query}")] == ["adminUpdate", "adminAssign"]
    assert directory.get(f"{GROUP}/eligibilitySchedules/{schedule}")["scheduleInfo"]["expiration"]["duration"] == "P60D"


def test_eligibility_ends(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    schedule = directory.make(f"{GROUP}/eligibilityScheduleRequests", for_group(user, group))["targetScheduleId"]
    directory.clock.now += 31 * 86_400
    directory.sign_in()
    assert directory.list(f"{GROUP}/eligibilitySchedules") == []
    directory.refused("GET", f"{GROUP}/eligibilitySchedules/{schedule}", status=404)


def policy_of(directory: GraphClient, group: str, access: str = "member") -> str:
    found = f"$filter=scopeId eq '{group}' and scopeType eq 'Group' and roleDefinitionId eq '{access}'"
    [assignment] = directory.list(f"policies/roleManagementPolicyAssignments?{found}")
    return f"policies/roleManagementPolicies/{assignment['policyId']}"


def rules(directory: GraphClient, policy: str) -> dict[str, Any]:
    return {rule["id"]: rule for rule in directory.get(f"{policy}?$expand=*")["rules"]}


@pytest.mark.requirement("IDM-2")
def test_a_policy_refuses_eligibility_without_end_unless_it_lets_it(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    path, body = f"{GROUP}/eligibilityScheduleRequests", for_group(user, group, scheduleInfo=FOREVER)
    assert directory.refused("POST", path, body)["code"] == "RoleAssignmentRequestPolicyValidationFailed"
    rule = {"id": "Expiration_Admin_Eligibility", "isExpirationRequired": False}
    assert directory.ask("PATCH", policy_of(directory, group), {"rules": [rule]}).status_code == 200
    directory.make(path, body)


def test_every_group_has_a_policy_for_members_and_one_for_owners(directory: GraphClient) -> None:
    group = directory.group()["id"]
    member, owner = (policy_of(directory, group, access) for access in ("member", "owner"))
    assert member != owner
    assert len(rules(directory, member)) == 17
    assert "rules" not in directory.get(member)


def test_a_rule_that_is_changed_keeps_what_is_not_named(directory: GraphClient) -> None:
    group = directory.group()["id"]
    policy, approver = policy_of(directory, group), directory.group("approvers")["id"]
    stage = {"primaryApprovers": [{"@odata.type": "#microsoft.graph.groupMembers", "groupId": approver}]}
    answer = directory.ask("PATCH", policy, {"rules": [
        {"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
         "id": "Expiration_EndUser_Assignment", "maximumDuration": "PT4H", "isExpirationRequired": None},
        {"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": True, "approvalStages": [stage]}},
    ]})  # fmt: skip
    assert {rule["id"] for rule in answer.json()["rules"]} == set(rules(directory, policy))
    seen = rules(directory, policy)
    assert seen["Expiration_EndUser_Assignment"]["maximumDuration"] == "PT4H"
    assert seen["Expiration_EndUser_Assignment"]["isExpirationRequired"] is True
    assert seen["Approval_EndUser_Assignment"]["setting"]["approvalStages"] == [stage]
    assert (
        rules(directory, policy_of(directory, group, "owner"))["Expiration_EndUser_Assignment"]["maximumDuration"]
        == "PT8H"
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"id": "Expiration_Nobody"},
        {"id": "Expiration_EndUser_Assignment", "maximumDuration": "4 hours"},
        {"id": "Expiration_EndUser_Assignment", "@odata.type": f"{POLICY}ApprovalRule"},
        {"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": True, "approvalStages": []}},
        {"id": "Approval_EndUser_Assignment", "setting": {"approvalStages": [
            {"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": NOBODY}]}]}},
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(directory: GraphClient, rule: dict[str, Any]) -> None:
    directory.refused("PATCH", policy_of(directory, directory.group()["id"]), {"rules": [rule]})


def test_a_directory_roles_policy_is_read_with_its_rules_in_one_question(directory: GraphClient) -> None:
    found = f"$filter=scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{READER}'"
    [seen] = directory.list(f"policies/roleManagementPolicyAssignments?{found}&$expand=policy($expand=rules)")
    assert {rule["id"] for rule in seen["policy"]["rules"]} >= {"Enablement_EndUser_Assignment"}


@pytest.mark.parametrize(("text", "days"), [("P30D", 30), ("P1Y", 365), ("PT8H", 1 / 3), ("P1M", 30)])
def test_durations(text: str, days: float) -> None:
    assert parse_duration(text).total_seconds() == days * 86_400
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_duration(f"{text} or so")
