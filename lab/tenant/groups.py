"""Groups: what types there are, what goes together, and who may be a member."""

from __future__ import annotations

from typing import Any

from lab.tenant.call import Call
from lab.tenant.errors import GraphError, conflict, denied
from lab.tenant.rules import Rules
from lab.tenant.store import Record

DYNAMIC = "DynamicMembership"
UNIFIED = "Unified"

PROTECTED = "RoleManagement.ReadWrite.Directory"
"""Without it nobody touches a group that may hold roles (Microsoft Graph: use groups to manage role assignments)."""

MOST_ROLE_GROUPS = 500
"""Role-assignable groups in one tenant (Microsoft Entra service limits)."""


class GroupRules(Rules):
    """Security groups, Microsoft 365 groups, dynamic ones, and those that may hold roles."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Check what goes together, and complete what follows."""
        _check(call, body, None)
        if body["isAssignableToRole"]:
            _check_assignable(call, body)
        if DYNAMIC in body["groupTypes"]:
            body["membershipRuleProcessingState"] = body["membershipRuleProcessingState"] or "On"
        if UNIFIED in body["groupTypes"]:
            body["visibility"] = body["visibility"] or "Public"

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Check what would go together then."""
        _check_protected(call, record)
        _check(call, {**record.body, **changes}, record)

    def deleting(self, call: Call, record: Record) -> None:
        """A group that may hold roles is deleted only by who may give roles."""
        _check_protected(call, record)

    def relating(self, call: Call, record: Record, name: str, target: Record) -> None:
        """Members of a dynamic group come by its rule; a group that may hold roles takes no groups."""
        _check_protected(call, record)
        if name != "members":
            return
        if DYNAMIC in record.body["groupTypes"]:
            raise GraphError("Insufficient privileges to complete the operation: members of a group with dynamic "
                             "membership follow from its rule.")  # fmt: skip
        if target.id == record.id:
            raise GraphError("A group can't be a member of itself.")
        if target.kind == "group" and record.body["isAssignableToRole"]:
            raise GraphError("Nested groups are not supported for groups that can be assigned to roles.")
        if target.kind == "group" and target.body["isAssignableToRole"]:
            raise GraphError("A group that can be assigned to roles can't be a member of another group.")

    def unrelating(self, call: Call, record: Record, name: str, target: str) -> None:
        """The last owner who is a person stays."""
        _check_protected(call, record)
        owners = call.directory.related(record, "owners")
        people = [owner.id for owner in owners if owner.kind == "user"]
        if name == "owners" and people == [target] and len(owners) == 1:
            raise GraphError("The group must have at least one owner, hence this owner cannot be removed.")


def _check(call: Call, body: dict[str, Any], record: Record | None) -> None:
    types = body["groupTypes"] or []
    for name in types:
        if name not in {DYNAMIC, UNIFIED}:
            raise GraphError(f"Invalid value specified for property 'groupTypes' of resource 'Group': '{name}'.")
    if DYNAMIC in types and not body.get("membershipRule"):
        raise GraphError("A value is required for property 'membershipRule' of resource 'Group'.")
    if DYNAMIC not in types and body.get("membershipRule"):
        raise GraphError("A membershipRule is for groups of the type 'DynamicMembership' only.")
    if UNIFIED not in types and body["mailEnabled"]:
        raise GraphError("The service does not currently support writes of mail-enabled groups. Please ensure that the "
                         "mail-enablement property is unset and the security-enablement property is set.")  # fmt: skip
    if UNIFIED in types and not body["mailEnabled"]:
        raise GraphError("A group of the type 'Unified' is mail-enabled.")
    if not body["mailEnabled"] and not body["securityEnabled"]:
        raise GraphError("A group is security-enabled, mail-enabled, or both.")
    if UNIFIED in types:
        for other in call.directory.having("group", "mailNickname", body["mailNickname"]):
            if UNIFIED in other.body["groupTypes"] and (record is None or other.id != record.id):
                raise conflict("mailNickname")


def _check_assignable(call: Call, body: dict[str, Any]) -> None:
    if PROTECTED not in call.caller.permissions:
        raise denied()
    if DYNAMIC in body["groupTypes"]:
        raise GraphError("A group that can be assigned to roles can't have dynamic membership.")
    if not body["securityEnabled"]:
        raise GraphError("A group that can be assigned to roles is security-enabled.")
    if body.get("visibility") not in (None, "Private"):
        raise GraphError("A group that can be assigned to roles is private.")
    held = [group for group in call.directory.all("group") if group.body["isAssignableToRole"]]
    if len(held) >= MOST_ROLE_GROUPS:
        raise GraphError(f"The tenant has {MOST_ROLE_GROUPS} groups that can be assigned to roles, and no more fit.")


def _check_protected(call: Call, record: Record) -> None:
    if record.body["isAssignableToRole"] and PROTECTED not in call.caller.permissions:
        raise denied()
