"""Applications (Microsoft Graph: application)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.plugins.azuread import fields, paths
from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.fields import Block, Blocks, Field, Given, Json, Plain, Special, given, plain
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.kinds.tags import FEATURE_TAGS, TAGS
from lab.plugins.azuread.once import Key
from lab.plugins.azuread.relations import Relation
from lab.plugins.azuread.values import Values

ROLE = (
    *plain("id", "displayName", "description", "value"),
    Plain("enabled", "isEnabled"),
    Plain("allowedMemberTypes", empty=[]),
)
SCOPE = (
    *plain("id", "type", "value", "adminConsentDescription", "adminConsentDisplayName"),
    *plain("userConsentDescription", "userConsentDisplayName"),
    Plain("enabled", "isEnabled"),
)
CLAIM = (*plain("name", "source"), Plain("essential", empty=False), Plain("additionalProperties", empty=[]))


def ids_by_value(entries: list[Json] | None) -> dict[str, str]:
    """The ids of roles or scopes by their values, as the SDK offers them for looking up."""
    return {each["value"]: each["id"] for each in entries or [] if each.get("value")}


def _read_ids(entity: Mapping[str, Any]) -> Values:
    return {
        "appRoleIds": ids_by_value(entity.get("appRoles")),
        "oauth2PermissionScopeIds": ids_by_value(paths.get(entity, "api.oauth2PermissionScopes")),
    }


def _write_claims(values: Mapping[str, Any]) -> Json:
    """Graph's groupMembershipClaims: a set of flags, written as one text."""
    claims = values.get("groupMembershipClaims")
    return {"groupMembershipClaims": ",".join(claims) if claims else None}


def _read_claims(entity: Mapping[str, Any]) -> Values:
    return {
        "groupMembershipClaims": [
            each.strip() for each in (entity.get("groupMembershipClaims") or "").split(",") if each
        ]
    }


FIELDS: tuple[Field, ...] = (
    *plain("displayName", "description", "notes", "serviceManagementReference", "signInAudience"),
    Plain("identifierUris", empty=[]),
    Plain("deviceOnlyAuthEnabled", "isDeviceOnlyAuthSupported", empty=False),
    Plain("fallbackPublicClientEnabled", "isFallbackPublicClient", empty=False),
    Plain("marketingUrl", "info.marketingUrl"),
    Plain("privacyStatementUrl", "info.privacyStatementUrl"),
    Plain("supportUrl", "info.supportUrl"),
    Plain("termsOfServiceUrl", "info.termsOfServiceUrl"),
    Block(
        "api",
        "api",
        (
            Plain("mappedClaimsEnabled", "acceptMappedClaims", empty=False),
            Plain("knownClientApplications", empty=[]),
            Plain("requestedAccessTokenVersion", empty=1),
            Blocks("oauth2PermissionScopes", "oauth2PermissionScopes", SCOPE),
        ),
        whole=False,
    ),
    Blocks("appRoles", "appRoles", ROLE),
    Special(_write_claims, _read_claims),
    Special(lambda _values: {}, _read_ids),
    Block(
        "optionalClaims",
        "optionalClaims",
        (
            Blocks("accessTokens", "accessToken", CLAIM),
            Blocks("idTokens", "idToken", CLAIM),
            Blocks("saml2Tokens", "saml2Token", CLAIM),
        ),
        whole=False,
    ),
    Block("publicClient", "publicClient", (Plain("redirectUris", empty=[]),), whole=False),
    Block("singlePageApplication", "spa", (Plain("redirectUris", empty=[]),), whole=False),
    Blocks(
        "requiredResourceAccesses",
        "requiredResourceAccess",
        (Plain("resourceAppId"), Blocks("resourceAccesses", "resourceAccess", plain("id", "type"))),
    ),
    Block(
        "web",
        "web",
        (
            Plain("homepageUrl", "homePageUrl"),
            Plain("logoutUrl"),
            Plain("redirectUris", empty=[]),
            Block(
                "implicitGrant",
                "implicitGrantSettings",
                (
                    Plain("accessTokenIssuanceEnabled", "enableAccessTokenIssuance", empty=False),
                    Plain("idTokenIssuanceEnabled", "enableIdTokenIssuance", empty=False),
                ),
                whole=False,
            ),
        ),
        whole=False,
    ),
    TAGS,
    FEATURE_TAGS,
    *given("publisherDomain"),
    Given("clientId", "appId"),
    Given("disabledByMicrosoft", "disabledByMicrosoftStatus"),
    Given("logoUrl", "info.logoUrl"),
    Given("objectId", "id"),
    Given("templateId", "applicationTemplateId"),
)


@dataclass(frozen=True)
class Applications(Entity):
    """Applications; Graph removes or rewrites a role or scope only after it is disabled."""

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """See `kind.Handler`."""
        before, after = fields.write(self.fields, old), fields.write(self.fields, new)
        first: Json = {}
        for path in ("appRoles", "api.oauth2PermissionScopes"):
            there, wanted = paths.get(before, path), paths.get(after, path)
            if any(each["isEnabled"] and each not in wanted for each in there):
                disabled = [each if each in wanted else each | {"isEnabled": False} for each in there]
                paths.merged(first, paths.nested(path, disabled))
        if first:
            await graph.write("PATCH", self.path(identity), first)
        await super().update(graph, identity, old, new)


APPLICATION = Kind(
    "Application",
    Applications(
        identity=Identity("/applications/{id}"),
        collection="/v1.0/applications",
        fields=FIELDS,
        key=Key(("displayName",)),
        more=("/beta/applications/{id}?$select=oauth2RequirePostResponse",),
        later={
            "/beta/applications/{id}": (Plain("oauth2PostResponseRequired", "oauth2RequirePostResponse", empty=False),)
        },
        relations=(Relation("owners", "/v1.0/applications/{id}/owners", caller_first=True, unless_named=False),),
        kept=("preventDuplicateNames",),
    ),
    permission="Application.ReadWrite.OwnedBy",
    defaults={
        "signInAudience": "AzureADMyOrg",
        "api.requestedAccessTokenVersion": 1,
        "api.oauth2PermissionScopes.enabled": True,
        "api.oauth2PermissionScopes.type": "User",
        "appRoles.enabled": True,
    },
    computed=frozenset({"tags", "featureTags", "api.requestedAccessTokenVersion", "templateId"}),
    allowed={
        "signInAudience": frozenset(
            {"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"}
        ),
        "appRoles.allowedMemberTypes": frozenset({"User", "Application"}),
        "requiredResourceAccesses.resourceAccesses.type": frozenset({"Role", "Scope"}),
    },
    forms={"owners": OBJECT_ID, "appRoles.id": OBJECT_ID, "requiredResourceAccesses.resourceAppId": OBJECT_ID},
    unsupported=frozenset({"logoImage", "password", "templateId"}),
)
