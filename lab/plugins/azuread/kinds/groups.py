"""Groups and their members (Microsoft Graph: group, beta as the official plugin asks)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.fields import Given, Json, Plain, Special, given, plain
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Failure, Kind
from lab.plugins.azuread.membership import Membership, Units
from lab.plugins.azuread.once import Key
from lab.plugins.azuread.relations import Relation
from lab.plugins.azuread.values import Values

DYNAMIC, UNIFIED = "DynamicMembership", "Unified"


def _write_rule(values: Mapping[str, Any]) -> Json:
    dynamic = values.get("dynamicMembership")
    if not dynamic:
        return {"membershipRule": None}
    return {"membershipRule": dynamic["rule"], "membershipRuleProcessingState": _state(dynamic["enabled"])}


def _state(enabled: bool) -> str:
    return "On" if enabled else "Paused"


def _read_rule(entity: Mapping[str, Any]) -> Values:
    if not entity.get("membershipRule"):
        return {}
    enabled = entity.get("membershipRuleProcessingState") == _state(enabled=True)
    return {"dynamicMembership": {"enabled": enabled, "rule": entity["membershipRule"]}}


def _write_mail_nickname(values: Mapping[str, Any]) -> Json:
    """Graph wants an alias for every group; one that isn't declared is drawn, as the portal does."""
    return {"mailNickname": values.get("mailNickname") or str(uuid.uuid4())[:10]}


def _read_mail_nickname(entity: Mapping[str, Any]) -> Values:
    return {"mailNickname": entity.get("mailNickname")}


def _fits(values: Values) -> Iterator[Failure]:
    types, dynamic = values.get("types") or [], values.get("dynamicMembership")
    if not values.get("securityEnabled") and not values.get("mailEnabled"):
        yield Failure("securityEnabled", "neither securityEnabled nor mailEnabled is true; right is at least one")
    if DYNAMIC in types and not dynamic:
        yield Failure("dynamicMembership", f"types has {DYNAMIC} and no rule is given; give dynamicMembership")
    if dynamic and DYNAMIC not in types:
        yield Failure("types", f"dynamicMembership is given; right is that types has {DYNAMIC}")
    if dynamic and values.get("members"):
        yield Failure("members", "members and dynamicMembership are both given; right is one of them")
    if bool(values.get("mailEnabled")) != (UNIFIED in types):
        yield Failure("mailEnabled", f"mailEnabled and the type {UNIFIED} go together; give both or neither")
    if values.get("assignableToRole") and (dynamic or not values.get("securityEnabled")):
        yield Failure("assignableToRole", "only a security group with assigned members can be assignable to roles")


GROUP = Kind(
    "Group",
    Units(
        identity=Identity("/groups/{id}"),
        collection="/beta/groups",
        fields=(
            *plain("displayName", "description"),
            Plain("mailEnabled", empty=False),
            Plain("securityEnabled", empty=False),
            Plain("visibility", empty=...),
            Plain("theme", empty=...),
            Special(_write_rule, _read_rule),
            *given("mail", "preferredLanguage", "proxyAddresses"),
            Given("objectId", "id"),
            Given("onpremisesDomainName", "onPremisesDomainName"),
            Given("onpremisesNetbiosName", "onPremisesNetBiosName"),
            Given("onpremisesSamAccountName", "onPremisesSamAccountName"),
            Given("onpremisesSecurityIdentifier", "onPremisesSecurityIdentifier"),
            Given("onpremisesSyncEnabled", "onPremisesSyncEnabled"),
        ),
        created_with=(
            Plain("types", "groupTypes", empty=[]),
            Plain("assignableToRole", "isAssignableToRole", empty=False),
            Plain("behaviors", "resourceBehaviorOptions", empty=[]),
            Plain("provisioningOptions", "resourceProvisioningOptions", empty=[]),
            Special(_write_mail_nickname, _read_mail_nickname),
        ),
        key=Key(("mailNickname", "displayName")),
        relations=(
            Relation("owners", "/beta/groups/{id}/owners", version="beta", caller_first=True),
            Relation("members", "/beta/groups/{id}/members", version="beta"),
        ),
        kept=("preventDuplicateNames",),
    ),
    permission="Group.ReadWrite.All",
    replaced_by=("assignableToRole", "behaviors", "mailNickname", "provisioningOptions", "types"),
    computed=frozenset({"mailNickname", "members", "owners", "visibility"}),
    allowed={
        "types": frozenset({DYNAMIC, UNIFIED}),
        "visibility": frozenset({"Private", "Public", "Hiddenmembership"}),
    },
    forms={"members": OBJECT_ID, "owners": OBJECT_ID, "administrativeUnitIds": OBJECT_ID},
    unsupported=frozenset(
        {
            *("autoSubscribeNewMembers", "externalSendersAllowed", "hideFromAddressLists", "hideFromOutlookClients"),
            *("onpremisesGroupType", "writebackEnabled"),
        }
    ),
    rules=(_fits,),
    unique=True,
)

GROUP_MEMBER = Kind(
    "GroupMember",
    Membership(
        identity=Identity("{groupObjectId}/member/{memberObjectId}"),
        path="/beta/groups/{groupObjectId}/members",
        version="beta",
    ),
    permission="Group.ReadWrite.All",
    replaced_by=("groupObjectId", "memberObjectId"),
    forms={"groupObjectId": OBJECT_ID, "memberObjectId": OBJECT_ID},
)
