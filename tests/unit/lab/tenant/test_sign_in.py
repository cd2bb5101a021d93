"""Sign-in by client credentials (RFC 6749, 4.4), and tokens that are checked on every call."""

from __future__ import annotations

from dataclasses import replace

import jwt
import pytest

from tests.unit.lab.tenant.graph_client import BASE, CLIENT_ID, SECRET, TENANT_ID, GraphClient

OTHER = "99999999-9999-9999-9999-999999999999"


@pytest.mark.requirement("IDM-1")
def test_a_token_says_who_and_what_for(directory: GraphClient) -> None:
    claims = jwt.decode(directory.token, options={"verify_signature": False})
    assert claims["tid"] == TENANT_ID
    assert claims["appid"] == CLIENT_ID
    assert claims["oid"] == directory.tenant.deployer
    assert claims["exp"] - claims["iat"] == 3600
    assert "Group.ReadWrite.All" in claims["roles"]


def test_a_token_is_signed_with_the_published_key(directory: GraphClient) -> None:
    keys = directory.client.get(f"/{TENANT_ID}/discovery/v2.0/keys").json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(directory.token)["kid"]]
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    jwt.decode(directory.token, key.key, ["RS256"], options, audience="https://graph.microsoft.com")


@pytest.mark.parametrize(
    ("wrong", "status", "error", "code"),
    [
        ({"secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": OTHER}, 400, "unauthorized_client", 700016),
        ({"tenant": OTHER}, 400, "invalid_request", 90002),
    ],
)
def test_a_sign_in_is_refused_in_the_form_of_the_identity_platform(
    directory: GraphClient, wrong: dict[str, str], status: int, error: str, code: int
) -> None:
    answer = directory.sign_in(**wrong)
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_codes"] == [code]
    assert answer.json()["error_description"].startswith(f"AADSTS{code}: ")
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"grant_type": "password"}, 70003),
        ({"scope": "https://other.example/.default"}, 500011),
        ({"scope": "User.Read"}, 70011),
    ],
)
def test_another_grant_or_resource_is_refused(directory: GraphClient, form: dict[str, str], code: int) -> None:
    right = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": SECRET}
    sent = {**right, "scope": f"{BASE}/.default", **form}
    assert directory.client.post(f"/{TENANT_ID}/oauth2/v2.0/token", data=sent).json()["error_codes"] == [code]


def test_graph_without_a_token_is_refused(directory: GraphClient) -> None:
    assert directory.refused("GET", "groups", status=401, Authorization="")["code"] == "InvalidAuthenticationToken"


def test_a_token_expires(directory: GraphClient) -> None:
    directory.clock.now += 3599
    directory.get("groups")
    directory.clock.now += 1
    assert "expired" in directory.refused("GET", "groups", status=401)["message"]


def test_a_token_of_another_tenant_is_refused(directory: GraphClient) -> None:
    foreign = replace(directory.tenant.credentials, tenant_id=OTHER)
    directory.token = directory.tenant.tokens.issue(foreign, directory.tenant.deployer, BASE, 3600)
    assert "another tenant" in directory.refused("GET", "groups", status=401)["message"]


def test_a_token_that_this_tenant_did_not_sign_is_refused(directory: GraphClient) -> None:
    claims = jwt.decode(directory.token, options={"verify_signature": False})
    directory.token = jwt.encode(claims, "a key that is long enough for this", "HS256")
    directory.refused("GET", "groups", status=401)


def test_clients_find_sign_in_by_the_openid_configuration(directory: GraphClient) -> None:
    found = directory.client.get(f"/{TENANT_ID}/v2.0/.well-known/openid-configuration").json()
    assert found["token_endpoint"] == f"{BASE}/{TENANT_ID}/oauth2/v2.0/token"
    assert found["issuer"] == f"{BASE}/{TENANT_ID}/v2.0"
    assert directory.client.get(f"/{OTHER}/v2.0/.well-known/openid-configuration").status_code == 400
