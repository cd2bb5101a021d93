"""Directory roles: built in and custom, held everywhere or in one unit (IDM-1, IDM-2)."""

from __future__ import annotations

import pytest

from tests.unit.lab.tenant.graph_client import BASE, GraphClient

GLOBAL = "62e90394-69f5-4237-9190-012177145e10"
USERS = "fe930be7-5e62-47db-91af-98c3a49a38b1"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
NOBODY = "99999999-9999-9999-9999-999999999999"
ASSIGNMENTS = "roleManagement/directory/roleAssignments"
DEFINITIONS = "roleManagement/directory/roleDefinitions"


@pytest.fixture
def unit(directory: GraphClient) -> str:
    return str(directory.make("directory/administrativeUnits", {"displayName": "Gnosjö"})["id"])


def assignment(principal: str, role: str = USERS, scope: str = "/") -> dict[str, str]:
    return {"principalId": principal, "roleDefinitionId": role, "directoryScopeId": scope}


def test_built_in_roles_have_their_well_known_ids(directory: GraphClient) -> None:
    assert directory.get(f"directoryRoleTemplates/{GLOBAL}")["displayName"] == "Global Administrator"
    role = directory.get(f"{DEFINITIONS}/{HELPDESK}")
    assert (role["displayName"], role["isBuiltIn"], role["templateId"]) == ("Helpdesk Administrator", True, HELPDESK)
    assert len(directory.list("directoryRoleTemplates")) >= 25


def test_a_role_is_activated_once(directory: GraphClient) -> None:
    assert directory.list(f"directoryRoles?$filter=roleTemplateId eq '{USERS}'") == []
    role = directory.make("directoryRoles", {"roleTemplateId": USERS})
    assert role["displayName"] == "User Administrator"
    assert directory.get(f"directoryRoles(roleTemplateId='{USERS}')")["id"] == role["id"]
    directory.refused("POST", "directoryRoles", {"roleTemplateId": USERS})
    directory.refused("POST", "directoryRoles", {"roleTemplateId": NOBODY}, status=404)


@pytest.mark.requirement("IDM-2")
def test_a_role_goes_to_a_user_or_to_a_group_that_may_hold_roles(directory: GraphClient) -> None:
    directory.make(ASSIGNMENTS, assignment(directory.user()["id"]))
    directory.make(ASSIGNMENTS, assignment(directory.group("t0", isAssignableToRole=True)["id"]))
    told = directory.refused("POST", ASSIGNMENTS, assignment(directory.group()["id"]))["message"]
    assert "isAssignableToRole" in told


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"principalId": NOBODY}, 404),
        ({"roleDefinitionId": NOBODY}, 404),
        ({"directoryScopeId": f"/administrativeUnits/{NOBODY}"}, 404),
        ({"directoryScopeId": None}, 400),
    ],
)
def test_an_assignment_of_what_is_not_there_is_refused(
    directory: GraphClient, wrong: dict[str, str | None], status: int
) -> None:
    directory.refused("POST", ASSIGNMENTS, {**assignment(directory.user()["id"]), **wrong}, status=status)


def test_an_assignment_is_made_once(directory: GraphClient) -> None:
    user = directory.user()["id"]
    made = directory.make(ASSIGNMENTS, assignment(user))["id"]
    assert "conflicting object" in directory.refused("POST", ASSIGNMENTS, assignment(user))["message"]
    directory.delete(f"{ASSIGNMENTS}/{made}")
    directory.make(ASSIGNMENTS, assignment(user))


@pytest.mark.requirement("IDM-1")
def test_an_administrator_of_one_unit_is_told_in_both_ways(directory: GraphClient, unit: str) -> None:
    user = directory.user()["id"]
    role = directory.make("directoryRoles", {"roleTemplateId": HELPDESK})["id"]
    path = f"directory/administrativeUnits/{unit}/scopedRoleMembers"
    made = directory.make(path, {"roleId": role, "roleMemberInfo": {"id": user}})
    assert made["roleMemberInfo"]["id"] == user
    [held] = directory.list(f"{ASSIGNMENTS}?$filter=principalId eq '{user}'")
    assert held["directoryScopeId"] == f"/administrativeUnits/{unit}"
    assert [each["id"] for each in directory.list(f"directoryRoles/{role}/scopedMembers")] == [made["id"]]
    assert directory.list(f"directoryRoles/{role}/members") == []
    directory.refused("POST", path, {"roleId": role, "roleMemberInfo": {"id": user}})
    directory.delete(f"{ASSIGNMENTS}/{made['id']}")
    directory.refused("GET", f"{path}/{made['id']}", status=404)
    assert directory.list(path) == []


def test_not_every_role_can_be_held_in_one_unit(directory: GraphClient, unit: str) -> None:
    body = assignment(directory.user()["id"], GLOBAL, f"/administrativeUnits/{unit}")
    assert "Global Administrator" in directory.refused("POST", ASSIGNMENTS, body)["message"]


def test_members_of_a_role_hold_it_in_the_whole_directory(directory: GraphClient) -> None:
    user = directory.user()["id"]
    role = directory.make("directoryRoles", {"roleTemplateId": USERS})["id"]
    directory.link(f"directoryRoles/{role}/members", user)
    assert [held["roleDefinitionId"] for held in directory.list(f"{ASSIGNMENTS}?$filter=principalId eq '{user}'")] == [
        USERS
    ]
    assert [each["id"] for each in directory.list(f"users/{user}/memberOf/microsoft.graph.directoryRole")] == [role]
    body = {"@odata.id": f"{BASE}/v1.0/directoryObjects/{user}"}
    directory.refused("POST", f"directoryRoles/{role}/members/$ref", body)
    directory.delete(f"directoryRoles/{role}/members/{user}/$ref")
    assert directory.list(ASSIGNMENTS) == []
    directory.refused("DELETE", f"directoryRoles/{role}/members/{user}/$ref", status=404)


def test_a_custom_role_is_made_changed_and_deleted_when_nobody_has_it(directory: GraphClient) -> None:
    actions = ["microsoft.directory/applications/standard/read"]
    body = {"displayName": "Reader", "isEnabled": True, "rolePermissions": [{"allowedResourceActions": actions}]}
    role = directory.make(DEFINITIONS, body)
    assert (role["isBuiltIn"], role["templateId"]) == (False, role["id"])
    directory.refused("POST", DEFINITIONS, body)
    directory.change(f"{DEFINITIONS}/{role['id']}", {"description": "reads"})
    held = directory.make(ASSIGNMENTS, assignment(directory.user()["id"], role["id"]))["id"]
    directory.refused("DELETE", f"{DEFINITIONS}/{role['id']}")
    directory.delete(f"{ASSIGNMENTS}/{held}")
    directory.delete(f"{DEFINITIONS}/{role['id']}")


def test_a_custom_role_takes_only_actions_that_there_are(directory: GraphClient) -> None:
    wrong = {"displayName": "x", "isEnabled": True, "rolePermissions": [{"allowedResourceActions": ["everything"]}]}
    directory.refused("POST", DEFINITIONS, wrong)


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"description": "mine"}), ("DELETE", None)])
def test_built_in_roles_stay_as_they_are(directory: GraphClient, method: str, body: object) -> None:
    directory.refused(method, f"{DEFINITIONS}/{GLOBAL}", body)
