"""Users (Microsoft Graph: user)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.fields import Given, Json, Plain, Special, given, plain
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.once import Key
from lab.plugins.azuread.values import Values

POLICIES = {"disablePasswordExpiration": "DisablePasswordExpiration", "disableStrongPassword": "DisableStrongPassword"}

TEXTS = (
    *("ageGroup", "city", "companyName", "consentProvidedForMinor", "country", "department", "employeeHireDate"),
    *("employeeId", "employeeType", "faxNumber", "givenName", "jobTitle", "mobilePhone", "officeLocation"),
    *("postalCode", "preferredLanguage", "state", "streetAddress", "surname", "usageLocation"),
)

ASKED_FOR = (
    *("accountEnabled", "ageGroup", "city", "companyName", "consentProvidedForMinor", "country", "department"),
    *("employeeHireDate", "employeeId", "employeeOrgData", "employeeType", "faxNumber", "mailNickname"),
    *("onPremisesImmutableId", "otherMails", "passwordPolicies", "postalCode", "state", "streetAddress"),
    "usageLocation",
)
"""What Graph tells of a user only when asked; the official plugin's list, and with it what is in ours."""


def _write_password(values: Mapping[str, Any]) -> Json:
    """The policies always; the password itself only where one is known, since Graph never tells it."""
    policies = ", ".join(word for name, word in POLICIES.items() if values.get(name))
    body: Json = {"passwordPolicies": policies or None}
    if values.get("password"):
        forced = bool(values.get("forcePasswordChange"))
        body["passwordProfile"] = {"forceChangePasswordNextSignIn": forced, "password": values["password"]}
    return body


def _read_policies(entity: Mapping[str, Any]) -> Values:
    words = (entity.get("passwordPolicies") or "").replace(",", " ").split()
    return {name: word in words for name, word in POLICIES.items()}


def _write_mail_nickname(values: Mapping[str, Any]) -> Json:
    """Graph wants an alias; without one of its own a user's is what stands before the @."""
    return {"mailNickname": values.get("mailNickname") or str(values["userPrincipalName"]).partition("@")[0]}


def _read_mail_nickname(entity: Mapping[str, Any]) -> Values:
    return {"mailNickname": entity.get("mailNickname")}


@dataclass(frozen=True)
class Users(Entity):
    """Users, with their manager: a relation to one, set by PUT."""

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """See `kind.Handler`."""
        await super().complete(graph, identity, values)
        await self._set_manager(graph, identity, "", values.get("managerId") or "")

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """See `kind.Handler`."""
        values = await super().read(graph, identity, prior)
        if values is not None:
            manager = await graph.get(f"{self.path(identity)}/manager")
            values["managerId"] = (manager or {}).get("id", "")
        return values

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """See `kind.Handler`."""
        await super().update(graph, identity, old, new)
        await self._set_manager(graph, identity, old.get("managerId") or "", new.get("managerId") or "")

    async def _set_manager(self, graph: Graph, identity: str, old: str, new: str) -> None:
        path = f"{self.path(identity)}/manager/$ref"
        if new and new != old:
            await graph.write("PUT", path, {"@odata.id": graph.reference(new)})
        elif old and not new:
            await graph.delete(path)


USER = Kind(
    "User",
    Users(
        identity=Identity("/users/{id}"),
        collection="/v1.0/users",
        fields=(
            *plain("displayName", "userPrincipalName", "accountEnabled", *TEXTS),
            Plain("otherMails", empty=[]),
            Plain("businessPhones", empty=...),
            Plain("mail", empty=...),
            Plain("onpremisesImmutableId", "onPremisesImmutableId", empty=...),
            Plain("costCenter", "employeeOrgData.costCenter"),
            Plain("division", "employeeOrgData.division"),
            Special(_write_mail_nickname, _read_mail_nickname),
            Special(_write_password, _read_policies),
            *given("aboutMe", "creationType", "externalUserState", "imAddresses", "proxyAddresses", "userType"),
            Given("objectId", "id"),
            Given("onpremisesDistinguishedName", "onPremisesDistinguishedName"),
            Given("onpremisesDomainName", "onPremisesDomainName"),
            Given("onpremisesSamAccountName", "onPremisesSamAccountName"),
            Given("onpremisesSecurityIdentifier", "onPremisesSecurityIdentifier"),
            Given("onpremisesSyncEnabled", "onPremisesSyncEnabled"),
            Given("onpremisesUserPrincipalName", "onPremisesUserPrincipalName"),
        ),
        key=Key(("userPrincipalName",)),
        more=(
            f"/v1.0/users/{{id}}?$select={','.join(ASKED_FOR)}",
            "/beta/users/{id}?$select=showInAddressList",
        ),
        later={"/beta/users/{id}": (Plain("showInAddressList", empty=False),)},
        kept=("password", "forcePasswordChange"),
    ),
    permission="User.ReadWrite.All",
    defaults={"accountEnabled": True, "showInAddressList": True},
    computed=frozenset({"mailNickname", "mail", "businessPhones", "onpremisesImmutableId", "password"}),
    forms={"managerId": OBJECT_ID},
    secrets=frozenset({"password"}),
    unique=True,
)
