"""What the checks are told of a tenant: what Graph answers, and plainly what it doesn't."""

from __future__ import annotations

import httpx
import pytest

from identity.checks.deployed import NotAssessed, load_reads
from operations.graph import Graph
from operations.tenant_reading import TenantReader

PROTECTED, OTHER = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
GROUPS = [
    {"id": PROTECTED, "displayName": "ggvv-soc", "isAssignableToRole": True},
    {"id": OTHER, "displayName": "ggvv-pilot", "isAssignableToRole": None},
]
OURS, ADOBE = {"id": "ours", "displayName": "ggvv-itsm"}, {"id": "adobe", "displayName": "Adobe"}


class Tenant:
    """Answers GETs, and keeps what it was asked."""

    def __init__(self, refused: str | None = None, absent: str | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self._refused = refused
        self._absent = absent

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        if self._absent is not None and path.endswith(self._absent):
            return httpx.Response(404, json={"error": {"code": "NotFound", "message": "there is none"}})
        if self._refused is not None and path.endswith(self._refused):
            return httpx.Response(403, json={"error": {"code": "Forbidden", "message": "Insufficient privileges"}})
        if path.endswith("identitySecurityDefaultsEnforcementPolicy"):
            return httpx.Response(200, json={"isEnabled": False})
        found = {"groups": GROUPS, "servicePrincipals": [OURS, ADOBE]}.get(path.rsplit("/", 1)[-1], [{"id": "one"}])
        return httpx.Response(200, json={"value": found})


def reader(tenant: Tenant) -> TenantReader:
    """A reader of it."""
    client = httpx.Client(base_url="https://graph.invalid", transport=httpx.MockTransport(tenant))
    return TenantReader(Graph(client, "tenant", None), "ggvv")


ALL = tuple(read.part for read in load_reads())


@pytest.mark.requirement("GOV-3")
def test_every_part_is_read_and_nothing_is_written() -> None:
    tenant = Tenant()
    found = reader(tenant).some(ALL)
    for read in load_reads():
        keys = [key for key in found.parts if key == read.part or key.startswith(f"{read.part}/")]
        assert keys, read.part
        assert all(found.all(key) for key in keys)
    assert {request.method for request in tenant.asked} == {"GET"}


def test_members_are_asked_of_groups_that_can_hold_roles_only() -> None:
    found = reader(Tenant()).some(("groups", "members"))
    assert [key for key in found.parts if key.startswith("members/")] == [f"members/{PROTECTED}"]


def test_assignments_are_asked_of_our_applications_only() -> None:
    found = reader(Tenant()).some(("service-principals", "application-assignments"))
    assert [key for key in found.parts if key.startswith("application-")] == ["application-assignments/ours"]


def test_only_what_is_wanted_is_read() -> None:
    tenant = Tenant()
    reader(tenant).some(("policies",))
    assert [request.url.path for request in tenant.asked] == ["/v1.0/identity/conditionalAccess/policies"]


@pytest.mark.requirement("GOV-3")
def test_a_part_that_is_refused_is_not_assessed_and_the_rest_is_read() -> None:
    found = reader(Tenant(refused="conditionalAccess/policies")).some(ALL)
    with pytest.raises(NotAssessed, match=r"policies: .*Forbidden: Insufficient privileges.*permissions"):
        found.all("policies")
    assert found.all("groups") == GROUPS


@pytest.mark.requirement("GOV-3")
def test_what_is_asked_of_a_part_that_is_refused_is_not_assessed_either() -> None:
    found = reader(Tenant(refused="/groups")).some(ALL)
    with pytest.raises(NotAssessed):
        found.of("members", PROTECTED)


def test_a_single_thing_that_is_not_there_is_not_assessed() -> None:
    found = reader(Tenant(absent="identitySecurityDefaultsEnforcementPolicy")).some(ALL)
    with pytest.raises(NotAssessed, match="the tenant has no"):
        found.all("security-defaults")
