"""Administrative units, who is in them, and who has a role in them (Microsoft Graph: administrativeUnit)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.fields import Given, Json, Plain, Special, plain
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.membership import Membership
from lab.plugins.azuread.once import Key
from lab.plugins.azuread.relations import Relation
from lab.plugins.azuread.values import Values

HIDDEN = "HiddenMembership"


def _write_visibility(values: Mapping[str, Any]) -> Json:
    return {"visibility": HIDDEN if values.get("hiddenMembershipEnabled") else "Public"}


def _read_visibility(entity: Mapping[str, Any]) -> Values:
    return {"hiddenMembershipEnabled": entity.get("visibility") == HIDDEN}


ADMINISTRATIVE_UNIT = Kind(
    "AdministrativeUnit",
    Entity(
        identity=Identity("/directory/administrativeUnits/{id}"),
        collection="/v1.0/directory/administrativeUnits",
        fields=(
            *plain("displayName", "description"),
            Special(_write_visibility, _read_visibility),
            Given("objectId", "id"),
        ),
        key=Key(("displayName",)),
        relations=(Relation("members", "/v1.0/directory/administrativeUnits/{id}/members"),),
        kept=("preventDuplicateNames",),
    ),
    permission="AdministrativeUnit.ReadWrite.All",
    computed=frozenset({"members"}),
    forms={"members": OBJECT_ID},
)

ADMINISTRATIVE_UNIT_MEMBER = Kind(
    "AdministrativeUnitMember",
    Membership(
        identity=Identity("/directory/administrativeUnits/{administrativeUnitObjectId}/members/{memberObjectId}"),
        path="/v1.0/directory/administrativeUnits/{administrativeUnitObjectId}/members",
        version="v1.0",
    ),
    permission="AdministrativeUnit.ReadWrite.All",
    replaced_by=("administrativeUnitObjectId", "memberObjectId"),
    forms={"administrativeUnitObjectId": OBJECT_ID, "memberObjectId": OBJECT_ID},
)

ADMINISTRATIVE_UNIT_ROLE_MEMBER = Kind(
    "AdministrativeUnitRoleMember",
    Entity(
        identity=Identity("{administrativeUnitObjectId}/roleMember/{id}"),
        collection="/v1.0/directory/administrativeUnits/{administrativeUnitObjectId}/scopedRoleMembers",
        fields=(
            Plain("administrativeUnitObjectId", "administrativeUnitId"),
            Plain("roleObjectId", "roleId"),
            Plain("memberObjectId", "roleMemberInfo.id"),
        ),
        key=Key(("roleId", "roleMemberInfo.id"), everything=True),
    ),
    permission="RoleManagement.ReadWrite.Directory",
    replaced_by=("administrativeUnitObjectId", "memberObjectId", "roleObjectId"),
    forms={"administrativeUnitObjectId": OBJECT_ID, "memberObjectId": OBJECT_ID, "roleObjectId": OBJECT_ID},
)
