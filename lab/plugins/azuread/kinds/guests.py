"""Guests and external users in a Conditional Access policy's users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.plugins.azuread.fields import Json, Special
from lab.plugins.azuread.values import Values

TENANTS = "#microsoft.graph.conditionalAccess{}ExternalTenants"


def guests(side: str) -> Special:
    """The field for one side, `include` or `exclude`: a list of one in the SDK, an object or null in Graph."""
    name, path = f"{side}dGuestsOrExternalUsers", f"{side}GuestsOrExternalUsers"

    def write(users: Mapping[str, Any]) -> Json:
        blocks = users.get(name)
        return {path: _to_graph(blocks[0]) if blocks else None}

    def read(users: Mapping[str, Any]) -> Values:
        return {name: [_from_graph(users[path])] if users.get(path) else []}

    return Special(write, read)


def _to_graph(block: Mapping[str, Any]) -> Json:
    tenants = block.get("externalTenants")
    return {
        "guestOrExternalUserTypes": ",".join(block["guestOrExternalUserTypes"]),
        "externalTenants": _tenants_to_graph(tenants[0]) if tenants else None,
    }


def _tenants_to_graph(tenants: Mapping[str, Any]) -> Json:
    kind = tenants["membershipKind"]
    body = {"@odata.type": TENANTS.format(kind.capitalize()), "membershipKind": kind}
    return body | ({"members": tenants.get("members") or []} if kind == "enumerated" else {})


def _from_graph(part: Mapping[str, Any]) -> Values:
    types = [each.strip() for each in part["guestOrExternalUserTypes"].split(",")]
    tenants = part.get("externalTenants")
    members = (
        [{"membershipKind": tenants["membershipKind"], "members": tenants.get("members") or []}] if tenants else []
    )
    return {"guestOrExternalUserTypes": types, "externalTenants": members}
