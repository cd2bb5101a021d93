"""An own look at the tenant: does a resource that was being made exist, and under which id?

The ids are those that the azuread provider gives its resources (version 3, behind plugin 6.11.1: its import documents).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.graph import Graph
from operations.tenant_connection import TenantConnection

Inputs = Mapping[str, Any]
Entry = Mapping[str, Any]

PROVIDER = "azuread:"
"""How the type tokens of the tenant's resources begin."""


@dataclass(frozen=True)
class Named:
    """A kind that is found by one property: the collection, Graph's property, the input it equals, and its id."""

    collection: str
    property: str
    input: str
    identity: str

    def find(self, graph: Graph, inputs: Inputs) -> str | None:
        """The id of the one whose property has the input's value."""
        wanted = inputs[self.input]
        for entry in graph.list(self.collection, **{"$filter": f"{self.property} eq '{_quoted(wanted)}'"}):
            if entry.get(self.property) == wanted:
                return self.identity.format(entry["id"])
        return None


NAMED: Mapping[str, Named] = {
    "Group": Named("/v1.0/groups", "displayName", "displayName", "/groups/{}"),
    "User": Named("/v1.0/users", "userPrincipalName", "userPrincipalName", "/users/{}"),
    "AdministrativeUnit": Named(
        "/v1.0/directory/administrativeUnits", "displayName", "displayName", "/directory/administrativeUnits/{}"
    ),
    "NamedLocation": Named(
        "/v1.0/identity/conditionalAccess/namedLocations",
        "displayName",
        "displayName",
        "/identity/conditionalAccess/namedLocations/{}",
    ),
    "AuthenticationStrengthPolicy": Named(
        "/v1.0/policies/authenticationStrengthPolicies",
        "displayName",
        "displayName",
        "/policies/authenticationStrengthPolicies/{}",
    ),
    "ConditionalAccessPolicy": Named(
        "/v1.0/identity/conditionalAccess/policies",
        "displayName",
        "displayName",
        "/identity/conditionalAccess/policies/{}",
    ),
    "Application": Named("/v1.0/applications", "displayName", "displayName", "/applications/{}"),
    "ServicePrincipal": Named("/v1.0/servicePrincipals", "appId", "clientId", "/servicePrincipals/{}"),
}


def _member(graph: Graph, collection: str, member: str) -> bool:
    return any(entry["id"] == member for entry in graph.list(f"/v1.0/{collection}/members"))


def _group_member(graph: Graph, inputs: Inputs) -> str | None:
    group, member = _uuid(inputs["groupObjectId"]), _uuid(inputs["memberObjectId"])
    return f"{group}/member/{member}" if _member(graph, f"groups/{group}", member) else None


def _unit_member(graph: Graph, inputs: Inputs) -> str | None:
    unit, member = _uuid(inputs["administrativeUnitObjectId"]), _uuid(inputs["memberObjectId"])
    path = f"directory/administrativeUnits/{unit}"
    return f"/{path}/members/{member}" if _member(graph, path, member) else None


def _role_assignment(graph: Graph, inputs: Inputs) -> str | None:
    principal = _quoted(inputs["principalObjectId"])
    found = graph.list("/v1.0/roleManagement/directory/roleAssignments", **{"$filter": f"principalId eq '{principal}'"})
    scope = inputs.get("directoryScopeId") or "/"
    return _first(found, roleDefinitionId=inputs["roleId"], directoryScopeId=scope)


def _role_eligibility(graph: Graph, inputs: Inputs) -> str | None:
    principal = _quoted(inputs["principalId"])
    found = graph.list(
        "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests", **{"$filter": f"principalId eq '{principal}'"}
    )
    return _first(
        found,
        roleDefinitionId=inputs["roleDefinitionId"],
        directoryScopeId=inputs["directoryScopeId"],
        action="adminAssign",
        status="Provisioned",
    )


def _app_role_assignment(graph: Graph, inputs: Inputs) -> str | None:
    path = f"servicePrincipals/{_uuid(inputs['resourceObjectId'])}/appRoleAssignedTo"
    wanted = {"principalId": inputs["principalObjectId"], "appRoleId": inputs["appRoleId"]}
    found = _first(graph.list(f"/v1.0/{path}"), **wanted)
    return f"/{path}/{found}" if found else None


def _signing_certificate(graph: Graph, inputs: Inputs) -> str | None:
    """The newest of those with the declared name and end: an older one is what a replacement was to come after."""
    principal = _uuid(inputs["servicePrincipalId"])
    read = graph.get(f"/v1.0/servicePrincipals/{principal}", **{"$select": "keyCredentials"}) or {}
    wanted = inputs["displayName"], _instant(inputs["endDate"])
    same = [
        each
        for each in read.get("keyCredentials") or ()
        if each.get("usage") == "Verify" and (each.get("displayName"), _instant(each["endDateTime"])) == wanted
    ]
    newest = max(same, key=lambda each: _instant(each["startDateTime"]), default=None)
    return f"{principal}/tokenSigningCertificate/{newest['keyId']}" if newest else None


FOUND_BY_QUERY: Mapping[str, Callable[[Graph, Inputs], str | None]] = {
    "GroupMember": _group_member,
    "AdministrativeUnitMember": _unit_member,
    "DirectoryRoleAssignment": _role_assignment,
    "DirectoryRoleEligibilityScheduleRequest": _role_eligibility,
    "AppRoleAssignment": _app_role_assignment,
    "ServicePrincipalTokenSigningCertificate": _signing_certificate,
}
"""Kinds without a name of their own. What is in neither table is set (a group's role policy), or made anew."""


class DirectoryFinder:
    """Finds resources in one tenant by what they were to be made with.

    Example:
        >>> with DirectoryFinder.open(connection) as finder:  # doctest: +SKIP
        ...     finder.find("azuread:index/group:Group", {"displayName": "ggvv-lab-soc"})
        '/groups/7fd2fccd-f788-4465-9cc9-a91cd4a14c02'
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @classmethod
    @contextmanager
    def open(cls, connection: TenantConnection) -> Iterator[DirectoryFinder]:
        """Sign in for the time of the search."""
        with Graph.open(connection) as graph:
            yield cls(graph)

    def find(self, token: str, inputs: Inputs) -> str | None:
        """The id of the resource if it exists, else None."""
        kind = token.rsplit(":", 1)[-1]
        if kind in NAMED:
            return NAMED[kind].find(self._graph, inputs)
        return FOUND_BY_QUERY[kind](self._graph, inputs) if kind in FOUND_BY_QUERY else None


def _first(entries: list[dict[str, Any]], **wanted: str) -> str | None:
    """The id of the first entry that has all of `wanted`."""
    return next((str(e["id"]) for e in entries if all(e.get(key) == value for key, value in wanted.items())), None)


def _instant(text: str) -> datetime:
    """A moment as Graph tells it (RFC 3339), to be compared with a declared one."""
    return datetime.fromisoformat(text)


def _uuid(identity: str) -> str:
    """The object id at the end of a resource's id."""
    return identity.rsplit("/", 1)[-1]


def _quoted(value: str) -> str:
    """A text inside the quotes of an OData filter (OData 4.01, part 2: a quote is doubled)."""
    return str(value).replace("'", "''")
