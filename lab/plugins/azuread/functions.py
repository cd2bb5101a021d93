"""The functions: what is looked up in the tenant without being managed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from lab.plugins.azuread import fields
from lab.plugins.azuread.errors import NotConfigured
from lab.plugins.azuread.fields import Given, given
from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.kinds.groups import GROUP
from lab.plugins.azuread.kinds.service_principals import SERVICE_PRINCIPAL
from lab.plugins.azuread.once import quoted
from lab.plugins.azuread.values import Values

DOMAIN = (
    Given("domainName", "id"),
    Given("adminManaged", "isAdminManaged"),
    Given("default", "isDefault"),
    Given("initial", "isInitial"),
    Given("root", "isRoot"),
    Given("verified", "isVerified"),
    *given("authenticationType", "supportedServices"),
)
ONLY = {"adminManaged": "isAdminManaged", "onlyDefault": "isDefault", "onlyInitial": "isInitial", "onlyRoot": "isRoot"}
"""Arguments of getDomains that let through only what has the property."""


async def get_client_config(graph: Graph, arguments: Values) -> Values:  # noqa: ARG001 - see `FUNCTIONS`
    """Who is signed in."""
    client = graph.client
    return {
        "id": f"{client.tenant_id}-{client.client_id}-{graph.caller}",
        "tenantId": client.tenant_id,
        "clientId": client.client_id,
        "objectId": graph.caller,
    }


async def get_domains(graph: Graph, arguments: Values) -> Values:
    """The tenant's domains: verified ones, unless `includeUnverified`."""
    wanted = [path for name, path in ONLY.items() if arguments.get(name)]
    services = set(arguments.get("supportsServices") or [])
    found = [
        domain
        for domain in await graph.list("/v1.0/domains")
        if (arguments.get("includeUnverified") or domain.get("isVerified"))
        and all(domain.get(path) for path in wanted)
        and services <= set(domain.get("supportedServices") or [])
    ]
    if not found:
        raise NotConfigured(f"getDomains: the tenant has no domain of this kind ({', '.join(arguments) or 'verified'})")
    names = [domain["id"] for domain in found]
    return {**arguments, "id": f"domains#{'#'.join(names)}", "domains": [fields.read(DOMAIN, each) for each in found]}


async def get_group(graph: Graph, arguments: Values) -> Values:
    """One group, by displayName, mailNickname or objectId."""
    properties = {"objectId": "id", "displayName": "displayName", "mailNickname": "mailNickname"}
    found = await _only_one(graph, "getGroup", "/beta/groups", properties, arguments)
    identity = f"/groups/{found['id']}"
    return {**(await GROUP.handler.read(graph, identity, {}) or {}), "id": identity}


async def get_service_principal(graph: Graph, arguments: Values) -> Values:
    """One service principal, by clientId, displayName or objectId."""
    properties = {"objectId": "id", "clientId": "appId", "displayName": "displayName"}
    found = await _only_one(graph, "getServicePrincipal", "/v1.0/servicePrincipals", properties, arguments)
    identity = f"/servicePrincipals/{found['id']}"
    return {**(await SERVICE_PRINCIPAL.handler.read(graph, identity, {}) or {}), "id": identity}


async def _only_one(
    graph: Graph, function: str, collection: str, properties: Mapping[str, str], arguments: Values
) -> Json:
    """The one object that has all the given properties.

    Raises:
        NotConfigured: none is given, or there is none or more than one such object.
    """
    given_ones = {name: arguments[name] for name in properties if arguments.get(name)}
    if not given_ones:
        raise NotConfigured(f"{function}: nothing says which; give one of {', '.join(properties)}")
    query = " and ".join(f"{properties[name]} eq '{quoted(value)}'" for name, value in given_ones.items())
    found = await graph.list(collection, **{"$filter": query})
    if len(found) != 1:
        said = ", ".join(f"{name} {value!r}" for name, value in given_ones.items())
        raise NotConfigured(f"{function}: the tenant has {len(found)} with {said}; right is exactly one")
    return found[0]


FUNCTIONS: Mapping[str, Callable[[Graph, Values], Awaitable[Values]]] = {
    "azuread:index/getClientConfig:getClientConfig": get_client_config,
    "azuread:index/getDomains:getDomains": get_domains,
    "azuread:index/getGroup:getGroup": get_group,
    "azuread:index/getServicePrincipal:getServicePrincipal": get_service_principal,
}
"""Every function by its token."""
