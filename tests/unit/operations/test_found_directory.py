"""What a killed run was making in the tenant is found there by what it was to be, and not made twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from operations.found_directory import DirectoryFinder
from operations.graph import Graph

CERTIFICATE = "azuread:index/servicePrincipalTokenSigningCertificate:ServicePrincipalTokenSigningCertificate"
INPUTS = {
    "servicePrincipalId": "/servicePrincipals/itsm",
    "displayName": "CN=ggvv-itsm",
    "endDate": "2027-06-30T00:00:00Z",
}
MADE = {
    "keyId": "made",
    "usage": "Verify",
    "displayName": "CN=ggvv-itsm",
    "startDateTime": "2026-11-24T10:00:00.1234567Z",
    "endDateTime": "2027-06-30T00:00:00Z",
}


def found(*credentials: dict[str, Any], **inputs: str) -> str | None:
    """Which signing certificate is found among these keys of the service principal."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1.0/servicePrincipals/itsm"
        assert request.url.params["$select"] == "keyCredentials"
        return httpx.Response(200, json={"keyCredentials": credentials})

    client = httpx.Client(base_url="https://graph.invalid", transport=httpx.MockTransport(answer))
    return DirectoryFinder(Graph(client, "tenant", None)).find(CERTIFICATE, {**INPUTS, **inputs})


@pytest.mark.requirement("IDM-3")
def test_a_signing_certificate_is_found_by_its_name_and_end() -> None:
    signing = {**MADE, "keyId": "private", "usage": "Sign"}
    assert found(signing, MADE) == "itsm/tokenSigningCertificate/made"


@pytest.mark.parametrize(
    "other", [{"displayName": "CN=by hand"}, {"endDateTime": "2026-06-30T00:00:00Z"}, {"usage": "Sign"}]
)
def test_another_certificate_is_not_taken_for_it(other: dict[str, str]) -> None:
    assert found({**MADE, **other}) is None


def test_of_two_alike_the_newest_is_what_was_being_made() -> None:
    before = {**MADE, "keyId": "before", "startDateTime": "2026-11-23T10:00:00Z"}
    assert found(MADE, before) == found(before, MADE) == "itsm/tokenSigningCertificate/made"


def test_a_service_principal_that_is_gone_has_none() -> None:
    client = httpx.Client(
        base_url="https://graph.invalid", transport=httpx.MockTransport(lambda _: httpx.Response(404))
    )
    assert DirectoryFinder(Graph(client, "tenant", None)).find(CERTIFICATE, INPUTS) is None
