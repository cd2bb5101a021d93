"""Service principals and the roles that others have in them (Microsoft Graph: servicePrincipal, appRoleAssignment)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.errors import NotConfigured
from lab.plugins.azuread.fields import Blocks, Given, Plain, Special, given, plain
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Failure, Kind, Made
from lab.plugins.azuread.kinds.applications import ROLE, SCOPE, ids_by_value
from lab.plugins.azuread.kinds.tags import FEATURE_TAGS, OLD_FEATURES, TAGS
from lab.plugins.azuread.once import Key
from lab.plugins.azuread.relations import Relation
from lab.plugins.azuread.values import Values


def _read_shown(entity: Mapping[str, Any]) -> Values:
    """What the SDK offers for looking up; the client id is left out of the names, as the provider does."""
    names = entity.get("servicePrincipalNames") or []
    return {
        "appRoleIds": ids_by_value(entity.get("appRoles")),
        "oauth2PermissionScopeIds": ids_by_value(entity.get("oauth2PermissionScopes")),
        "servicePrincipalNames": [name for name in names if name != entity.get("appId")],
    }


def _read_saml(entity: Mapping[str, Any]) -> Values:
    state = (entity.get("samlSingleSignOnSettings") or {}).get("relayState")
    return {"samlSingleSignOn": {"relayState": state}} if state else {}


def _write_saml(values: Mapping[str, Any]) -> dict[str, Any]:
    state = (values.get("samlSingleSignOn") or {}).get("relayState")
    return {"samlSingleSignOnSettings": {"relayState": state} if state else {}}


def _only_read(name: str, fields_: tuple[Any, ...]) -> Special:
    return Special(lambda _values: {}, lambda entity: Blocks(name, name, fields_).read(dict(entity)))


@dataclass(frozen=True)
class ServicePrincipals(Entity):
    """Service principals; there is one per application and tenant, and it may be there already."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`."""
        existing = await self.key.find(graph, self.collection, {"appId": values["clientId"]})
        if not existing:
            return await super().create(graph, values)
        if not values.get("useExisting"):
            raise NotConfigured(
                f"clientId {values['clientId']}: the tenant has its service principal already; "
                "import it, or set useExisting"
            )
        identity = self.identity.template.format(id=existing[0]["id"])
        await super().update(graph, identity, {}, values)
        return Made(identity)

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """See `kind.Handler`; one that was only used stays."""
        if not old.get("useExisting"):
            await super().delete(graph, identity, old)


def _tags_or_features(values: Values) -> Iterator[Failure]:
    if len([name for name in ("tags", "featureTags", "features") if values.get(name)]) > 1:
        yield Failure("tags", "tags, featureTags and features say the same in three ways; give one of them")


SERVICE_PRINCIPAL = Kind(
    "ServicePrincipal",
    ServicePrincipals(
        identity=Identity("/servicePrincipals/{id}"),
        collection="/v1.0/servicePrincipals",
        fields=(
            *plain("accountEnabled", "description", "loginUrl", "notes", "preferredSingleSignOnMode"),
            Plain("appRoleAssignmentRequired", empty=False),
            *plain("alternativeNames", "notificationEmailAddresses", empty=[]),
            Special(_write_saml, _read_saml),
            TAGS,
            FEATURE_TAGS,
            OLD_FEATURES,
            Special(lambda _values: {}, _read_shown),
            _only_read("appRoles", ROLE),
            _only_read("oauth2PermissionScopes", SCOPE),
            *given("displayName", "logoutUrl", "samlMetadataUrl", "signInAudience"),
            Given("applicationTenantId", "appOwnerOrganizationId"),
            Given("homepageUrl", "homepage"),
            Given("objectId", "id"),
            Given("redirectUris", "replyUrls"),
            Given("type", "servicePrincipalType"),
        ),
        created_with=(Plain("clientId", "appId"),),
        key=Key(("appId",)),
        more=("/beta/servicePrincipals/{id}?$select=samlMetadataUrl",),
        relations=(Relation("owners", "/v1.0/servicePrincipals/{id}/owners", caller_first=True, unless_named=False),),
        kept=("useExisting",),
    ),
    permission="Application.ReadWrite.OwnedBy",
    replaced_by=("clientId",),
    defaults={"accountEnabled": True},
    computed=frozenset({"tags", "featureTags", "features"}),
    allowed={"preferredSingleSignOnMode": frozenset({"oidc", "password", "saml", "notSupported"})},
    forms={"clientId": OBJECT_ID, "owners": OBJECT_ID},
    rules=(_tags_or_features,),
    unique=True,
)

APP_ROLE_ASSIGNMENT = Kind(
    "AppRoleAssignment",
    Entity(
        identity=Identity("/servicePrincipals/{resourceObjectId}/appRoleAssignedTo/{id}"),
        collection="/v1.0/servicePrincipals/{resourceObjectId}/appRoleAssignedTo",
        fields=(
            Plain("appRoleId"),
            Plain("principalObjectId", "principalId"),
            Plain("resourceObjectId", "resourceId"),
            *given("principalDisplayName", "principalType", "resourceDisplayName"),
        ),
        key=Key(("principalId", "appRoleId"), everything=True),
    ),
    permission="AppRoleAssignment.ReadWrite.All",
    replaced_by=("appRoleId", "principalObjectId", "resourceObjectId"),
    forms={"appRoleId": OBJECT_ID, "principalObjectId": OBJECT_ID, "resourceObjectId": OBJECT_ID},
)
