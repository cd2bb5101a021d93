"""Users, groups and administrative units are refused where Entra ID refuses them."""

from __future__ import annotations

import pytest

from tests.unit.lab.tenant.graph_client import BASE, DOMAIN, GROUP, USER, GraphClient

DYNAMIC = {"groupTypes": ["DynamicMembership"], "membershipRule": "user.department -eq 'IT'"}
UNIFIED = {"groupTypes": ["Unified"], "mailEnabled": True}
NOBODY = "99999999-9999-9999-9999-999999999999"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"displayName": None}, "A value is required for property 'displayName'"),
        ({"mailNickname": ""}, "A value is required for property 'mailNickname'"),
        ({"securityEnabled": "yes"}, "a value of type Boolean is expected"),
        ({"groupTypes": "Unified"}, "a collection is expected"),
        ({"colour": "red"}, "Invalid property 'colour'"),
        ({"@odata.type": "#microsoft.graph.user"}, "Invalid type"),
        ({"visibility": "Secret"}, "'Secret' is none of"),
        ({"groupTypes": ["Static"]}, "'Static'"),
        ({"groupTypes": ["DynamicMembership"]}, "A value is required for property 'membershipRule'"),
        ({"membershipRule": "user.department -eq 'IT'"}, "DynamicMembership"),
        ({"mailEnabled": True}, "does not currently support writes of mail-enabled groups"),
        ({"securityEnabled": False}, "security-enabled, mail-enabled"),
        ({"isAssignableToRole": True, **DYNAMIC}, "can't have dynamic membership"),
        ({"isAssignableToRole": True, "visibility": "Public"}, "is private"),
        ({"owners@odata.bind": ["x"]}, "does not exist"),
        ({"friends@odata.bind": []}, "Invalid property 'friends'"),
    ],
)
def test_a_group_is_refused(directory: GraphClient, wrong: dict[str, object], told: str) -> None:
    right = {"displayName": "staff", "mailNickname": "staff", **GROUP}
    answer = directory.ask("POST", "groups", {**right, **wrong})
    assert answer.status_code in {400, 404}
    assert told in answer.json()["error"]["message"]
    assert directory.list("groups") == []


@pytest.mark.requirement("IDM-2")
def test_whether_a_group_may_hold_roles_is_said_when_it_is_made(directory: GraphClient) -> None:
    path = f"groups/{directory.group()['id']}"
    assert "isAssignableToRole" in directory.refused("PATCH", path, {"isAssignableToRole": True})["message"]


def test_a_member_is_a_member_once(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    directory.link(f"groups/{group}/members", user)
    assert [member["id"] for member in directory.list(f"groups/{group}/members?$filter=id eq '{user}'")] == [user]
    body = {"@odata.id": f"{BASE}/v1.0/directoryObjects/{user}"}
    told = directory.refused("POST", f"groups/{group}/members/$ref", body)["message"]
    assert told == "One or more added object references already exist for the following modified properties: 'members'."
    directory.delete(f"groups/{group}/members/{user}/$ref")
    directory.refused("DELETE", f"groups/{group}/members/{user}/$ref", status=404)


@pytest.mark.parametrize("reference", ["", "nobody", None])
def test_a_member_is_named_by_a_url(directory: GraphClient, reference: str | None) -> None:
    directory.refused("POST", f"groups/{directory.group()['id']}/members/$ref", {"@odata.id": reference})


def test_members_that_do_not_exist_or_do_not_fit_are_refused(directory: GraphClient) -> None:
    group = directory.group()["id"]
    unit = directory.make("directory/administrativeUnits", {"displayName": "Gislaved"})["id"]
    path = f"groups/{group}/members/$ref"
    directory.refused("POST", path, {"@odata.id": f"{BASE}/v1.0/directoryObjects/{NOBODY}"}, status=404)
    directory.refused("POST", path, {"@odata.id": f"{BASE}/v1.0/directoryObjects/{unit}"})
    directory.refused("POST", path, {"@odata.id": f"{BASE}/v1.0/directoryObjects/{group}"})


def test_members_of_a_dynamic_group_follow_from_its_rule(directory: GraphClient) -> None:
    group = directory.group("it", **DYNAMIC)
    assert group["membershipRuleProcessingState"] == "On"
    body = {"@odata.id": f"{BASE}/v1.0/directoryObjects/{directory.user()['id']}"}
    directory.refused("POST", f"groups/{group['id']}/members/$ref", body)


def test_groups_do_not_nest_into_or_out_of_one_that_may_hold_roles(directory: GraphClient) -> None:
    plain, holder = directory.group()["id"], directory.group("t0", isAssignableToRole=True)["id"]
    for inner, outer in ((plain, holder), (holder, plain)):
        body = {"@odata.id": f"{BASE}/v1.0/directoryObjects/{inner}"}
        directory.refused("POST", f"groups/{outer}/members/$ref", body)


def test_mail_nicknames_of_microsoft_365_groups_are_unique(directory: GraphClient) -> None:
    directory.group("team", **UNIFIED)
    again = {"displayName": "other", "mailNickname": "TEAM", **GROUP, **UNIFIED}
    assert "mailNickname" in directory.refused("POST", "groups", again)["message"]
    directory.group("team")  # a security group's is an alias without mail


def test_the_last_owner_who_is_a_person_stays(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    directory.link(f"groups/{group}/owners", user)
    directory.refused("DELETE", f"groups/{group}/owners/{user}/$ref")


def test_who_is_a_member_of_what_is_told_from_both_sides(directory: GraphClient) -> None:
    inner, outer, user = directory.group("inner")["id"], directory.group("outer")["id"], directory.user()["id"]
    directory.link(f"groups/{outer}/members", inner)
    directory.link(f"groups/{inner}/members", user)
    assert [each["id"] for each in directory.list(f"users/{user}/memberOf")] == [inner]
    assert [each["id"] for each in directory.list(f"users/{user}/transitiveMemberOf/microsoft.graph.group")] == [
        inner,
        outer,
    ]
    assert {each["id"] for each in directory.list(f"groups/{outer}/transitiveMembers")} == {inner, user}
    asked = {"groupIds": [outer, NOBODY]}
    assert directory.ask("POST", f"users/{user}/checkMemberGroups", asked).json()["value"] == [outer]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"userPrincipalName": "anna@elsewhere.example"}, "none of the verified domain names"),
        ({"userPrincipalName": "anna"}, "none of the verified domain names"),
        ({"mailNickname": "an na"}, "mailNickname"),
        ({"passwordProfile": {"password": "short"}}, "password complexity"),
        ({"passwordProfile": {"password": "alllowercase"}}, "password complexity"),
        ({"passwordProfile": {"password": "Anna-2026-anna"}}, "password complexity"),
        ({"passwordProfile": {}}, "passwordProfile/password"),
        ({"passwordProfile": {"colour": "red"}}, "Invalid property 'colour' of 'passwordProfile'"),
        ({"accountEnabled": None}, "accountEnabled"),
    ],
)
def test_a_user_is_refused(directory: GraphClient, wrong: dict[str, object], told: str) -> None:
    right = {"displayName": "anna", "mailNickname": "anna", "userPrincipalName": f"anna@{DOMAIN}", **USER}
    assert told in directory.refused("POST", "users", {**right, **wrong})["message"]


def test_a_principal_name_is_taken_once(directory: GraphClient) -> None:
    directory.user("anna")
    bo = directory.user("bo")["id"]
    change = {"userPrincipalName": f"ANNA@{DOMAIN}"}
    assert "userPrincipalName" in directory.refused("PATCH", f"users/{bo}", change)["message"]


def test_a_password_is_never_told(directory: GraphClient) -> None:
    user = directory.user("anna")
    for path in (f"users/{user['id']}", f"/beta/users/{user['id']}", f"users/{user['id']}?$select=passwordProfile"):
        assert "S3cret" not in directory.ask("GET", path).text


def test_a_user_is_found_by_its_principal_name(directory: GraphClient) -> None:
    user = directory.user("anna")
    assert directory.get(f"users/anna@{DOMAIN}")["id"] == user["id"]
    directory.refused("GET", f"users/nobody@{DOMAIN}", status=404)


def test_a_manager_is_set_and_removed(directory: GraphClient) -> None:
    anna, bo = directory.user("anna")["id"], directory.user("bo")["id"]
    directory.refused("GET", f"users/{anna}/manager", status=404)
    body = {"@odata.id": f"{BASE}/v1.0/directoryObjects/{bo}"}
    assert directory.ask("PUT", f"users/{anna}/manager/$ref", body).status_code == 204
    assert directory.get(f"users/{anna}/manager")["id"] == bo
    directory.delete(f"users/{anna}/manager/$ref")
    directory.refused("GET", f"users/{anna}/manager", status=404)


@pytest.mark.requirement("IDM-1")
def test_a_unit_takes_users_and_groups_and_goes_by_either_path(directory: GraphClient) -> None:
    unit = directory.make("directory/administrativeUnits", {"displayName": "Gislaved"})["id"]
    group = directory.group()["id"]
    directory.link(f"directory/administrativeUnits/{unit}/members", group)
    made = directory.make(f"directory/administrativeUnits/{unit}/members", {
        "@odata.type": "#microsoft.graph.group", "displayName": "in", "mailNickname": "in", **GROUP,
    })  # fmt: skip
    members = directory.list(f"directory/administrativeUnits/{unit}/members")
    assert [member["id"] for member in members] == [group, made["id"]]
    assert [each["id"] for each in directory.list(f"groups/{group}/memberOf")] == [unit]
    directory.delete(f"/beta/administrativeUnits/{unit}")
    directory.refused("GET", f"directory/administrativeUnits/{unit}", status=404)
    assert directory.list(f"groups/{group}/memberOf") == []


def test_what_is_deleted_can_be_restored_with_its_members(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    directory.link(f"groups/{group}/members", user)
    directory.delete(f"groups/{group}")
    directory.refused("GET", f"groups/{group}", status=404)
    assert [each["id"] for each in directory.list("directory/deletedItems/microsoft.graph.group")] == [group]
    assert directory.ask("POST", f"directory/deletedItems/{group}/restore", {}).status_code == 200
    assert [each["id"] for each in directory.list(f"groups/{group}/members")] == [user]
    directory.delete(f"groups/{group}")
    directory.delete(f"directory/deletedItems/{group}")
    directory.refused("GET", f"directory/deletedItems/{group}", status=404)


def test_what_was_deleted_a_month_ago_is_gone(directory: GraphClient) -> None:
    group = directory.group()["id"]
    directory.delete(f"groups/{group}")
    directory.clock.now += 31 * 86_400
    directory.sign_in()
    directory.refused("GET", f"directory/deletedItems/{group}", status=404)


def test_a_deleted_users_name_is_free_again(directory: GraphClient) -> None:
    directory.delete(f"users/{directory.user('anna')['id']}")
    directory.user("anna")


def test_objects_are_found_by_their_ids(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    asked = {"ids": [group, user, NOBODY], "types": ["group"]}
    found = directory.ask("POST", "directoryObjects/getByIds", asked).json()["value"]
    assert [(each["@odata.type"], each["id"]) for each in found] == [("#microsoft.graph.group", group)]


def test_many_members_can_be_bound_in_one_change(directory: GraphClient) -> None:
    group, users = directory.group()["id"], [directory.user(name)["id"] for name in ("anna", "bo")]
    references = [f"{BASE}/v1.0/directoryObjects/{user}" for user in users]
    directory.change(f"groups/{group}", {"members@odata.bind": references})
    assert [each["id"] for each in directory.list(f"groups/{group}/members")] == users
    ids = [each["@odata.id"].rpartition("/")[2] for each in directory.list(f"groups/{group}/members/$ref")]
    assert ids == users


def test_a_change_that_is_refused_changes_nothing(directory: GraphClient) -> None:
    group, user = directory.group()["id"], directory.user()["id"]
    references = [f"{BASE}/v1.0/directoryObjects/{key}" for key in (user, NOBODY)]
    directory.refused("PATCH", f"groups/{group}", {"description": "x", "members@odata.bind": references}, status=404)
    assert directory.get(f"groups/{group}")["description"] is None
    assert directory.list(f"groups/{group}/members") == []


def test_complex_values_are_merged_and_collections_replaced(directory: GraphClient) -> None:
    user = directory.user("anna", employeeOrgData={"division": "IT", "costCenter": "1"}, otherMails=["a@x.se"])["id"]
    directory.change(f"users/{user}", {"employeeOrgData": {"costCenter": "2"}, "otherMails": ["b@x.se"]})
    seen = directory.get(f"users/{user}?$select=employeeOrgData,otherMails")
    assert seen["employeeOrgData"] == {"division": "IT", "costCenter": "2"}
    assert seen["otherMails"] == ["b@x.se"]
