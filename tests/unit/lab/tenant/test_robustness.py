"""Whatever a client sends is answered, in Graph's form: the tenant never stumbles over a body."""

from __future__ import annotations

import re

import pytest

from lab.tenant import graph, permissions
from lab.tenant.web import application
from tests.unit.lab.tenant.graph_client import BASE, GROUP, GraphClient, Opener
from tests.unit.lab.tenant.in_process import client

BODIES: tuple[object, ...] = (
    None,
    [],
    "text",
    1,
    {},
    {"@odata.type": 1},
    {"@odata.id": {}},
    {"id": []},
    {"owners@odata.bind": [1]},
    {"members@odata.bind": "x"},
    {"passwordCredential": []},
    {"conditions": {"users": []}},
    {"displayName": "CN=x", "endDateTime": 5},
    {"allowedCombinations": [{}]},
    {"ids": [[]], "types": [1]},
    {"ids": [], "types": "group"},
    {"value": [1]},
    {"rules": [[]]},
    {"rules": [{"id": []}]},
    {"rules": [{"id": "Approval_EndUser_Assignment", "setting": {"approvalStages": [None]}}]},
    {"securityEnabledOnly": "x"},
    {"groupIds": 1},
    {"keyCredentials": [None]},
    {"passwordCredentials": [{}]},
    {"appRoles": [None]},
    {"identifierUris": [None]},
    {"roleId": "x", "roleMemberInfo": []},
    {"displayName": [], "mailNickname": {}, "mailEnabled": 1, "securityEnabled": None},
)

WRITES = [operation for operation in graph.operations() if operation.method != "GET"]


@pytest.fixture
def everything(open_directory: Opener) -> GraphClient:
    """A tenant whose client may do everything, with an object of most kinds."""
    needed = {name for each in graph.operations() for name in permissions.needed(each.path).read}
    return open_directory(frozenset(needed))


MADE = {
    "directory/administrativeUnits": {"displayName": "u"},
    "directoryRoles": {"roleTemplateId": "fe930be7-5e62-47db-91af-98c3a49a38b1"},
    "groups": {**GROUP, "displayName": "g", "mailNickname": "g"},
    "identity/conditionalAccess/namedLocations": {
        "@odata.type": "#microsoft.graph.countryNamedLocation", "displayName": "l", "countriesAndRegions": ["SE"],
    },
    "identity/conditionalAccess/policies": {
        "displayName": "p", "state": "disabled", "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}},
    },
    "policies/authenticationStrengthPolicies": {"displayName": "s", "allowedCombinations": ["fido2"]},
}  # fmt: skip


def objects(directory: GraphClient) -> dict[str, str]:
    """An object's id by the collection that it is in."""
    ids = {path: directory.make(path, body)["id"] for path, body in MADE.items()}
    application = directory.make("applications", {"displayName": "a"})
    principal = directory.make("servicePrincipals", {"appId": application["appId"]})
    ids |= {"applications": application["id"], "servicePrincipals": principal["id"], "users": directory.user()["id"]}
    policies = "policies/roleManagementPolicyAssignments?$filter=scopeType eq 'Group'"
    ids["policies/roleManagementPolicies"] = directory.list(policies)[0]["policyId"]
    ids["applicationTemplates"] = directory.list("applicationTemplates")[0]["id"]
    return ids


def test_no_body_makes_the_tenant_stumble(everything: GraphClient) -> None:
    ids = objects(everything)
    for operation in WRITES:
        collection = operation.path.partition("/{")[0]
        path = operation.path.replace("{id}", ids.get(collection, "nobody"))
        path = re.sub(r"\{\w+\}", "nobody", path)
        if operation.method == "DELETE" and not path.endswith("nobody"):
            continue
        for body in BODIES:
            answer = everything.ask(operation.method, path, body)
            assert answer.status_code < 500 or answer.status_code == 501, f"{operation.method} {path} {body}"
            if answer.is_error:
                assert set(answer.json()) == {"error"}, f"{operation.method} {path} {body}"


def test_every_path_can_be_read(everything: GraphClient) -> None:
    ids = objects(everything)
    for operation in graph.operations():
        if operation.method != "GET":
            continue
        path = operation.path.replace("{id}", ids.get(operation.path.partition("/{")[0], "nobody"))
        path = re.sub(r"\{\w+\}", "microsoft.graph.group", path)
        answer = everything.ask("GET", path, ConsistencyLevel="eventual")
        assert answer.status_code in {200, 404}, f"{path}: {answer.text}"
        assert answer.status_code == 200 or answer.json()["error"]["code"] == "Request_ResourceNotFound", path


def test_a_fault_of_the_tenants_own_is_told_in_graphs_form(
    directory: GraphClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.client = client(application(directory.tenant), BASE, raises=False)
    monkeypatch.setattr(directory.tenant.store, "all", lambda *_: 1 / 0)
    assert directory.refused("GET", "groups", status=500)["code"] == "InternalServerError"
