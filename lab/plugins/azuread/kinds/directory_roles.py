"""Directory roles, who has them, and who is eligible for them (Microsoft Graph: role management, directory)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.errors import GraphError, NotConfigured
from lab.plugins.azuread.fields import Always, Given, Plain, Special, given, plain
from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Failure, Kind, Made
from lab.plugins.azuread.once import Key, do_once, make_once
from lab.plugins.azuread.values import Values

ROLES = "/v1.0/directoryRoles"
ASSIGNMENTS = "/v1.0/roleManagement/directory/roleAssignments"
REQUESTS = "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests"

OVER = ("Canceled", "Denied", "Failed", "Revoked")
"""States of a request by which nobody is eligible, or no longer (Microsoft Graph: request, property `status`)."""


def is_over(error: GraphError) -> bool:
    """Whether Graph refuses to take eligibility away because there is none (code RoleAssignmentDoesNotExist)."""
    return "DoesNotExist" in error.code


@dataclass(frozen=True)
class Roles(Entity):
    """Directory roles: activated from their template once and for all; nothing takes one away again."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`."""
        template = values.get("templateId") or await self._template(graph, values["displayName"])
        body = {"@odata.type": "#microsoft.graph.directoryRole", "roleTemplateId": template}

        async def active() -> list[Json]:
            return await graph.list(ROLES, **{"$filter": f"roleTemplateId eq '{template}'"})

        async with graph.alone(f"{ROLES}|{template}"):
            found = await active() or [await make_once(graph, ROLES, body, active)]
        return Made(found[0]["id"])

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """Nothing: an active role stays active."""

    async def _template(self, graph: Graph, name: str) -> str:
        templates = await graph.list("/v1.0/directoryRoleTemplates")
        found = next((str(each["id"]) for each in templates if each["displayName"] == name), None)
        if found is None:
            raise NotConfigured(f"displayName {name!r}: is no directory role; right is a built-in role's name")
        return found


def _template_or_name(values: Values) -> Iterator[Failure]:
    if bool(values.get("templateId")) == bool(values.get("displayName")):
        yield Failure("templateId", "a directory role is named by templateId or by displayName; give one of them")


DIRECTORY_ROLE = Kind(
    "DirectoryRole",
    Roles(
        identity=Identity("{id}"),
        collection=ROLES,
        fields=(*given("description", "displayName"), Given("objectId", "id"), Given("templateId", "roleTemplateId")),
        key=Key(("roleTemplateId",)),
    ),
    permission="RoleManagement.ReadWrite.Directory",
    replaced_by=("displayName", "templateId"),
    computed=frozenset({"displayName", "templateId"}),
    forms={"templateId": OBJECT_ID},
    rules=(_template_or_name,),
)


def _write_scope(values: Mapping[str, Any]) -> Json:
    """An assignment reaches as far as its scope; without one, the whole directory."""
    if values.get("appScopeId"):
        return {"appScopeId": values["appScopeId"]}
    return {"directoryScopeId": values.get("directoryScopeId") or "/"}


def _read_scope(entity: Mapping[str, Any]) -> Values:
    return {name: entity.get(name) for name in ("appScopeId", "directoryScopeId")}


DIRECTORY_ROLE_ASSIGNMENT = Kind(
    "DirectoryRoleAssignment",
    Entity(
        identity=Identity("{id}"),
        collection=ASSIGNMENTS,
        fields=(
            Plain("roleId", "roleDefinitionId"),
            Plain("principalObjectId", "principalId"),
            Special(_write_scope, _read_scope),
        ),
        key=Key(("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId")),
    ),
    permission="RoleManagement.ReadWrite.Directory",
    replaced_by=("appScopeId", "directoryScopeId", "principalObjectId", "roleId"),
    computed=frozenset({"appScopeId", "directoryScopeId"}),
    forms={"principalObjectId": OBJECT_ID, "roleId": OBJECT_ID},
)


def _from_now(_values: Mapping[str, Any]) -> Json:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"scheduleInfo": {"expiration": {"type": "noExpiration"}, "startDateTime": now}}


@dataclass(frozen=True)
class Eligibilities(Entity):
    """Eligibility for a role: given and taken by requests, which themselves stay."""

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """See `kind.Handler`; a request that is over gives nobody anything."""
        request = await graph.get(self.path(identity))
        if request is None or request.get("status") in OVER:
            return None
        return await super().read(graph, identity, prior)

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """See `kind.Handler`."""
        if await self.read(graph, identity, old) is None:
            return
        body = {
            "@odata.type": "#microsoft.graph.unifiedRoleEligibilityScheduleRequest",
            "action": "adminRemove",
            **{name: old[name] for name in ("directoryScopeId", "justification", "principalId", "roleDefinitionId")},
        }
        await do_once(graph, REQUESTS, body, is_over)
        await graph.gone(lambda: self.read(graph, identity, old), identity)


DIRECTORY_ROLE_ELIGIBILITY = Kind(
    "DirectoryRoleEligibilityScheduleRequest",
    Eligibilities(
        identity=Identity("{id}"),
        collection=REQUESTS,
        fields=plain("directoryScopeId", "justification", "principalId", "roleDefinitionId"),
        created_with=(
            Always("@odata.type", "#microsoft.graph.unifiedRoleEligibilityScheduleRequest"),
            Always("action", "adminAssign"),
            Special(_from_now, lambda _entity: {}),
        ),
        key=Key(("principalId", "roleDefinitionId", "directoryScopeId", "action")),
    ),
    permission="RoleManagement.ReadWrite.Directory",
    replaced_by=("directoryScopeId", "justification", "principalId", "roleDefinitionId"),
    forms={"principalId": OBJECT_ID, "roleDefinitionId": OBJECT_ID},
)
