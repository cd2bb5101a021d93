"""A caller does only what its application permissions let it (Microsoft Graph: permissions reference)."""

from __future__ import annotations

import re

import pytest
import yaml

from identity.graph_permissions import __file__ as IDENTITY  # noqa: N812 - where the room lies, not what it says
from lab.tenant import graph, permissions
from tests.unit.lab.tenant.graph_client import GraphClient, Opener, granted


def test_every_operation_has_its_permission() -> None:
    for operation in graph.operations():
        assert permissions.needed(operation.path).read, operation.path


def test_a_caller_without_the_permission_is_refused(open_directory: Opener) -> None:
    directory = open_directory(frozenset({"Group.Read.All"}))
    directory.get("groups")
    assert directory.refused("GET", "users", status=403)["code"] == "Authorization_RequestDenied"
    directory.refused("POST", "groups", {}, status=403)


@pytest.mark.requirement("IDM-2")
def test_a_group_that_may_hold_roles_needs_more_than_group_write(open_directory: Opener) -> None:
    directory = open_directory(frozenset({"Group.ReadWrite.All", "User.ReadWrite.All"}))
    body = {"displayName": "t0", "mailNickname": "t0", "mailEnabled": False, "securityEnabled": True}
    directory.refused("POST", "groups", {**body, "isAssignableToRole": True}, status=403)


def test_pim_for_groups_needs_a_permission_of_its_own(open_directory: Opener) -> None:
    directory = open_directory(granted() - {"RoleManagementPolicy.ReadWrite.AzureADGroup"})
    group = directory.group()["id"]
    found = f"$filter=scopeId eq '{group}' and scopeType eq 'Group' and roleDefinitionId eq 'member'"
    policy = directory.list(f"policies/roleManagementPolicyAssignments?{found}")[0]["policyId"]
    directory.refused("PATCH", f"policies/roleManagementPolicies/{policy}", {"rules": []}, status=403)


def test_the_lab_grants_what_the_deployment_and_its_checks_need_and_nothing_more() -> None:
    table = yaml.safe_load(open(IDENTITY.replace(".py", ".yaml")).read())  # noqa: PTH123, SIM115
    assert granted() == {entry["name"] for entry in table}


def test_the_longest_path_decides() -> None:
    assert permissions.needed("groups/{id}/members").path == "groups"
    assert permissions.needed("groups/{id}/appRoleAssignments").path == "groups/*/appRoleAssignments"
    assert re.search("conditionalAccess", permissions.needed("identity/conditionalAccess/policies/{id}").path)


def test_own_applications_only(open_directory: Opener) -> None:
    """Application.ReadWrite.OwnedBy: who makes an application owns it, and loses it with its ownership."""
    directory: GraphClient = open_directory()
    application = directory.make("applications", {"displayName": "ours"})
    path = f"applications/{application['id']}"
    assert [owner["id"] for owner in directory.list(f"{path}/owners")] == [directory.tenant.deployer]
    directory.change(path, {"notes": "ours"})
    directory.delete(f"{path}/owners/{directory.tenant.deployer}/$ref")
    directory.refused("PATCH", path, {"notes": "no longer"}, status=403)
    directory.refused("DELETE", path, status=403)
