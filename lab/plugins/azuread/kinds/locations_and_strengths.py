"""Named locations and authentication strengths: what Conditional Access refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab.plugins.azuread.entity import Entity
from lab.plugins.azuread.fields import Given, Json, Plain, Special, plain
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Failure, Kind
from lab.plugins.azuread.once import Key, do_once
from lab.plugins.azuread.values import Values

GRAPH = "#microsoft.graph."
LOCATIONS = "/v1.0/identity/conditionalAccess/namedLocations"
STRENGTHS = "/v1.0/policies/authenticationStrengthPolicies"


def _write_location(values: Mapping[str, Any]) -> Json:
    if ip := values.get("ip"):
        ranges = [_range(prefix) for prefix in ip["ipRanges"]]
        return {"@odata.type": f"{GRAPH}ipNamedLocation", "ipRanges": ranges, "isTrusted": bool(ip.get("trusted"))}
    country = values.get("country") or {}
    return {
        "@odata.type": f"{GRAPH}countryNamedLocation",
        "countriesAndRegions": country.get("countriesAndRegions", []),
        "countryLookupMethod": country.get("countryLookupMethod"),
        "includeUnknownCountriesAndRegions": bool(country.get("includeUnknownCountriesAndRegions")),
    }


def _range(prefix: str) -> Json:
    return {"@odata.type": f"{GRAPH}{'iPv6' if ':' in prefix else 'iPv4'}CidrRange", "cidrAddress": prefix}


def _read_location(entity: Mapping[str, Any]) -> Values:
    if entity["@odata.type"] == f"{GRAPH}ipNamedLocation":
        ranges = [each["cidrAddress"] for each in entity.get("ipRanges") or []]
        return {"ip": {"ipRanges": ranges, "trusted": bool(entity.get("isTrusted"))}}
    names = ("countriesAndRegions", "countryLookupMethod", "includeUnknownCountriesAndRegions")
    return {"country": {name: entity.get(name) for name in names}}


def _one_of_two(values: Values) -> Iterator[Failure]:
    if bool(values.get("ip")) == bool(values.get("country")):
        yield Failure("ip", "a named location has either ip or country; give exactly one of them")


@dataclass(frozen=True)
class Locations(Entity):
    """Named locations; Graph deletes a trusted one only after it is trusted no longer."""

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """See `kind.Handler`."""
        if (old.get("ip") or {}).get("trusted") and await graph.get(self.path(identity)) is not None:
            untrusted = {"@odata.type": f"{GRAPH}ipNamedLocation", "isTrusted": False}
            await graph.write("PATCH", self.path(identity), untrusted)
        await super().delete(graph, identity, old)


NAMED_LOCATION = Kind(
    "NamedLocation",
    Locations(
        identity=Identity("/identity/conditionalAccess/namedLocations/{id}"),
        collection=LOCATIONS,
        fields=(Plain("displayName"), Special(_write_location, _read_location), Given("objectId", "id")),
        key=Key(("displayName",)),
    ),
    permission="Policy.ReadWrite.ConditionalAccess",
    replaced_by=("ip", "country"),
    defaults={"country.countryLookupMethod": "clientIpAddress"},
    allowed={"country.countryLookupMethod": frozenset({"clientIpAddress", "authenticatorAppGps"})},
    rules=(_one_of_two,),
)


@dataclass(frozen=True)
class Strengths(Entity):
    """Authentication strengths; their combinations are changed by an action of their own."""

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """See `kind.Handler`."""
        rest = replace(self, fields=tuple(each for each in self.fields if each != COMBINATIONS))
        await super(Strengths, rest).update(graph, identity, old, new)
        if set(old.get("allowedCombinations") or []) != set(new["allowedCombinations"]):
            body = {"allowedCombinations": new["allowedCombinations"]}
            await do_once(graph, f"{self.path(identity)}/updateAllowedCombinations", body)


COMBINATIONS = Plain("allowedCombinations", empty=[])

AUTHENTICATION_STRENGTH_POLICY = Kind(
    "AuthenticationStrengthPolicy",
    Strengths(
        identity=Identity("/policies/authenticationStrengthPolicies/{id}"),
        collection=STRENGTHS,
        fields=(*plain("displayName", "description"), COMBINATIONS, Given("objectId", "id")),
        key=Key(("displayName",)),
    ),
    permission="Policy.ReadWrite.ConditionalAccess",
)
