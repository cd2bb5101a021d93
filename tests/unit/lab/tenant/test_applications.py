"""Applications, service principals, their roles and secrets (IDM-3)."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.unit.lab.tenant.graph_client import CLIENT_ID, DOMAIN, GraphClient, Opener

GRAPH = "00000003-0000-0000-c000-000000000000"
AGENT = "00000000-0000-4000-8000-000000000001"
NOBODY = "99999999-9999-9999-9999-999999999999"
NO_ROLE = "00000000-0000-0000-0000-000000000000"


def role(**more: object) -> dict[str, Any]:
    own = {"id": AGENT, "displayName": "Agent", "description": "agent", "value": "agent", "isEnabled": True}
    return {"allowedMemberTypes": ["User"], **own, **more}


@pytest.fixture
def itsm(directory: GraphClient) -> dict[str, Any]:
    return directory.make("applications", {"displayName": "ITSM", "appRoles": [role()]})


@pytest.fixture
def principal(directory: GraphClient, itsm: dict[str, Any]) -> dict[str, Any]:
    return directory.make("servicePrincipals", {"appId": itsm["appId"], "appRoleAssignmentRequired": True})


@pytest.mark.requirement("IDM-3")
def test_a_service_principal_follows_its_application(directory: GraphClient, itsm: Any, principal: Any) -> None:  # noqa: ANN401
    assert (principal["displayName"], principal["appRoles"]) == ("ITSM", [role()])
    directory.change(f"applications/{itsm['id']}", {"displayName": "Service desk"})
    seen = directory.list(f"servicePrincipals?$filter=appId eq '{itsm['appId']}'")
    assert [each["displayName"] for each in seen] == ["Service desk"]
    assert directory.get(f"applications(appId='{itsm['appId']}')")["id"] == itsm["id"]
    assert directory.get(f"servicePrincipals(appId='{itsm['appId']}')")["id"] == principal["id"]


def test_a_service_principal_is_of_an_application_that_exists_and_there_is_one(
    directory: GraphClient, principal: dict[str, Any]
) -> None:
    assert "does not reference a valid application" in directory.refused(
        "POST", "servicePrincipals", {"appId": NOBODY})["message"]  # fmt: skip
    assert "appId" in directory.refused("POST", "servicePrincipals", {"appId": principal["appId"]})["message"]


def test_microsofts_applications_and_the_deployer_are_there(directory: GraphClient) -> None:
    graph = directory.get(f"servicePrincipals(appId='{GRAPH}')")
    assert {"Group.ReadWrite.All", "Policy.Read.All"} <= {each["value"] for each in graph["appRoles"]}
    assert directory.get(f"servicePrincipals(appId='{CLIENT_ID}')")["id"] == directory.tenant.deployer


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"identifierUris": ["https://itsm.elsewhere.example"]}, "verified domain"),
        ({"identifierUris": ["gopher://itsm"]}, "verified domain"),
        ({"appRoles": [role(), role(value="other")]}, "id of one role twice"),
        ({"appRoles": [role(), role(id=NOBODY)]}, "value of one role twice"),
        ({"appRoles": [role(displayName=None)]}, "displayName"),
        ({"web": {"redirectUris": "https://x"}}, "a collection is expected"),
        ({"web": {"colour": "red"}}, "Invalid property 'colour' of 'web'"),
        ({"signInAudience": "Everybody"}, "'Everybody'"),
    ],
)
def test_an_application_is_refused(directory: GraphClient, body: dict[str, Any], told: str) -> None:
    assert told in directory.refused("POST", "applications", {"displayName": "x", **body})["message"]


def test_identifier_uris_are_unique(directory: GraphClient) -> None:
    uri = f"https://itsm.{DOMAIN}"
    directory.make("applications", {"displayName": "one", "identifierUris": [uri]})
    assert "identifierUris" in directory.refused(
        "POST", "applications", {"displayName": "two", "identifierUris": [uri]})["message"]  # fmt: skip


def test_a_role_goes_only_when_it_is_disabled(directory: GraphClient, itsm: dict[str, Any]) -> None:
    path = f"applications/{itsm['id']}"
    assert directory.refused("PATCH", path, {"appRoles": []})["code"] == "CannotDeleteOrUpdateEnabledEntitlement"
    directory.refused("PATCH", path, {"appRoles": [role(value="other")]})
    directory.change(path, {"appRoles": [role(isEnabled=False)]})
    directory.change(path, {"appRoles": []})


def test_the_parts_of_an_application_change_one_by_one(directory: GraphClient, itsm: dict[str, Any]) -> None:
    path = f"applications/{itsm['id']}"
    directory.change(path, {"web": {"homePageUrl": "https://itsm.lab.example"}})
    directory.change(path, {"web": {"redirectUris": ["https://itsm.lab.example/cb"]}})
    assert directory.get(path)["web"]["homePageUrl"] == "https://itsm.lab.example"


@pytest.mark.requirement("IDM-3")
def test_a_role_is_assigned_once_and_told_from_both_sides(directory: GraphClient, principal: dict[str, Any]) -> None:
    group = directory.group()["id"]
    path = f"servicePrincipals/{principal['id']}/appRoleAssignedTo"
    body = {"appRoleId": AGENT, "principalId": group, "resourceId": principal["id"]}
    made = directory.make(path, body)
    assert (made["principalType"], made["resourceDisplayName"]) == ("Group", "ITSM")
    assert [each["id"] for each in directory.list(f"groups/{group}/appRoleAssignments")] == [made["id"]]
    assert "already exists" in directory.refused("POST", path, body)["message"]
    directory.delete(f"{path}/{made['id']}")
    directory.refused("GET", f"{path}/{made['id']}", status=404)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"appRoleId": NOBODY}, 400), ({"principalId": NOBODY}, 404), ({"resourceId": NOBODY}, 400)],
)
def test_an_assignment_of_what_is_not_there_is_refused(
    directory: GraphClient, principal: dict[str, Any], wrong: dict[str, str], status: int
) -> None:
    body = {"appRoleId": AGENT, "principalId": directory.group()["id"], "resourceId": principal["id"], **wrong}
    directory.refused("POST", f"servicePrincipals/{principal['id']}/appRoleAssignedTo", body, status=status)


def test_a_role_for_people_is_not_given_to_an_application(directory: GraphClient, principal: dict[str, Any]) -> None:
    body = {"appRoleId": AGENT, "principalId": directory.tenant.deployer, "resourceId": principal["id"]}
    directory.refused("POST", f"servicePrincipals/{principal['id']}/appRoleAssignedTo", body)


def test_an_application_without_roles_is_assigned_as_a_whole(directory: GraphClient, principal: dict[str, Any]) -> None:
    body = {"appRoleId": NO_ROLE, "principalId": directory.user()["id"], "resourceId": principal["id"]}
    directory.make(f"users/{body['principalId']}/appRoleAssignments", body)


def test_an_assignment_goes_with_either_side(directory: GraphClient, principal: dict[str, Any]) -> None:
    group = directory.group()["id"]
    path = f"servicePrincipals/{principal['id']}/appRoleAssignedTo"
    directory.make(path, {"appRoleId": AGENT, "principalId": group, "resourceId": principal["id"]})
    directory.delete(f"groups/{group}")
    assert directory.list(path) == []


def test_a_secret_is_told_once(directory: GraphClient, itsm: dict[str, Any]) -> None:
    path = f"applications/{itsm['id']}"
    made = directory.ask("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "server"}}).json()
    assert made["endDateTime"] == "2028-11-23T12:00:00Z"
    [seen] = directory.get(path)["passwordCredentials"]
    assert (seen["keyId"], seen["displayName"], seen["secretText"]) == (made["keyId"], "server", None)
    assert made["secretText"] not in directory.ask("GET", f"{path}?$select=passwordCredentials").text
    assert directory.ask("POST", f"{path}/removePassword", {"keyId": made["keyId"]}).status_code == 204
    directory.refused("POST", f"{path}/removePassword", {"keyId": made["keyId"]})
    directory.refused("POST", f"{path}/removePassword", {})


@pytest.mark.requirement("IDM-3")
def test_a_signing_certificate_is_a_real_one(directory: GraphClient, principal: dict[str, Any]) -> None:
    path = f"servicePrincipals/{principal['id']}"
    asked = {"displayName": "CN=itsm", "endDateTime": "2028-11-30T00:00:00Z"}
    made = directory.ask("POST", f"{path}/addTokenSigningCertificate", asked).json()
    certificate = x509.load_der_x509_certificate(base64.b64decode(made["key"]))
    assert certificate.subject.rfc4514_string() == "CN=itsm"
    assert certificate.not_valid_after_utc == datetime.datetime(2028, 11, 30, tzinfo=datetime.UTC)
    assert made["thumbprint"] == certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303
    [verify, sign] = directory.get(f"{path}?$select=keyCredentials")["keyCredentials"]
    assert (verify["usage"], sign["usage"], verify["key"]) == ("Verify", "Sign", made["key"])
    assert verify["customKeyIdentifier"] == sign["customKeyIdentifier"]
    whole = directory.get(path)
    assert [each["key"] for each in whole["keyCredentials"]] == [None, None]
    assert [each["customKeyIdentifier"] for each in whole["passwordCredentials"]] == [verify["customKeyIdentifier"]]


def test_one_certificate_of_two_is_removed_and_the_other_keeps_its_key(
    directory: GraphClient, principal: dict[str, Any]
) -> None:
    path = f"servicePrincipals/{principal['id']}"
    first, second = (directory.ask("POST", f"{path}/addTokenSigningCertificate", {}).json() for _ in range(2))
    left = [
        each
        for each in directory.get(path)["keyCredentials"]
        if each["customKeyIdentifier"] == second["customKeyIdentifier"]
    ]
    directory.change(path, {"keyCredentials": left})
    kept = directory.get(f"{path}?$select=keyCredentials")["keyCredentials"]
    assert [each["key"] for each in kept] == [second["key"], None]
    assert first["keyId"] not in {each["keyId"] for each in kept}


@pytest.mark.parametrize(
    "asked",
    [
        {"displayName": "itsm"},
        {"endDateTime": "2026-11-01T00:00:00Z"},
        {"endDateTime": "2030-01-01T00:00:00Z"},
        {"endDateTime": "soon"},
    ],
)
def test_a_certificate_is_refused(directory: GraphClient, principal: dict[str, Any], asked: dict[str, str]) -> None:
    directory.refused("POST", f"servicePrincipals/{principal['id']}/addTokenSigningCertificate", asked)


def test_secrets_are_not_brought_along(directory: GraphClient, itsm: dict[str, Any]) -> None:
    path = f"applications/{itsm['id']}"
    directory.refused("PATCH", path, {"passwordCredentials": [{"displayName": "mine"}]})
    directory.refused("PATCH", path, {"keyCredentials": [{"displayName": "no key"}]})
    directory.change(path, {"keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": "MIIB"}]})


def test_a_deleted_application_takes_its_service_principal_along(
    directory: GraphClient, itsm: dict[str, Any], principal: dict[str, Any]
) -> None:
    directory.delete(f"applications/{itsm['id']}")
    directory.refused("GET", f"servicePrincipals/{principal['id']}", status=404)


def test_a_federated_credential_lives_below_its_application(directory: GraphClient, itsm: dict[str, Any]) -> None:
    path = f"applications/{itsm['id']}/federatedIdentityCredentials"
    body = {"name": "pipeline", "issuer": "https://ci.lab.example", "subject": "main", "audiences": ["api://x"]}
    made = directory.make(path, body)
    directory.refused("POST", path, body)
    directory.change(f"{path}/{made['id']}", {"description": "deploys"})
    other = directory.make("applications", {"displayName": "other"})["id"]
    directory.refused("GET", f"applications/{other}/federatedIdentityCredentials/{made['id']}", status=404)
    directory.delete(f"{path}/{made['id']}")
    assert directory.list(path) == []


def test_a_guest_is_invited(open_directory: Opener) -> None:
    directory = open_directory(more=frozenset({"User.Invite.All"}))
    body = {"invitedUserEmailAddress": "guest@example.org", "inviteRedirectUrl": "https://portal.lab.example"}
    guest = directory.make("invitations", body)["invitedUser"]["id"]
    seen = directory.get(f"/beta/users/{guest}")
    assert (seen["userType"], seen["userPrincipalName"]) == ("Guest", f"guest_example.org#EXT#@{DOMAIN}")


def test_an_application_is_made_from_a_template(directory: GraphClient) -> None:
    template = directory.list("applicationTemplates")[0]["id"]
    made = directory.make(f"applicationTemplates/{template}/instantiate", {"displayName": "VPN"})
    assert made["servicePrincipal"]["appId"] == made["application"]["appId"]


def test_a_delegated_consent_is_between_two_service_principals(open_directory: Opener) -> None:
    directory = open_directory(more=frozenset({"DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All"}))
    graph = directory.get(f"servicePrincipals(appId='{GRAPH}')")["id"]
    body = {
        "clientId": directory.tenant.deployer,
        "consentType": "AllPrincipals",
        "resourceId": graph,
        "scope": "openid",
    }
    made = directory.make("oauth2PermissionGrants", body)
    directory.refused("POST", "oauth2PermissionGrants", body)
    directory.refused("POST", "oauth2PermissionGrants", {**body, "resourceId": NOBODY}, status=404)
    directory.change(f"oauth2PermissionGrants/{made['id']}", {"scope": "openid profile"})


def test_provisioning_is_started_and_paused(directory: GraphClient, principal: dict[str, Any]) -> None:
    path = f"servicePrincipals/{principal['id']}/synchronization"
    job = directory.make(f"{path}/jobs", {"templateId": "scim"})["id"]
    assert directory.ask("POST", f"{path}/jobs/{job}/start").status_code == 204
    assert directory.get(f"{path}/jobs/{job}")["schedule"]["state"] == "Active"
    secrets = {"value": [{"key": "SecretToken", "value": "never told"}]}
    assert directory.ask("PUT", f"{path}/secrets", secrets).status_code == 204
    assert directory.list(f"{path}/secrets") == [{"key": "SecretToken", "value": "*"}]
