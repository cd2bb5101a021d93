"""Named locations and authentication strengths, which Conditional Access policies refer to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from lab.tenant.call import Answer, Call
from lab.tenant.conditional_access import STRENGTH, referring
from lab.tenant.errors import GraphError
from lab.tenant.operations import Operation, Resource
from lab.tenant.rules import Rules
from lab.tenant.store import Record

IP = "#microsoft.graph.ipNamedLocation"
COUNTRY = "#microsoft.graph.countryNamedLocation"

MOST_RANGES = 2000
"""Address ranges in one named location (Microsoft Entra service limits)."""

_WIDEST = {4: 8, 6: 8}
"""The shortest prefix that a location takes (Microsoft Graph: ipNamedLocation)."""

_COUNTRY = re.compile("[A-Z]{2}")


class LocationRules(Rules):
    """Locations by address or by country."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Complete and check by type."""
        if body.get("@odata.type") not in (IP, COUNTRY):
            raise GraphError("A named location is an ipNamedLocation or a countryNamedLocation.", "BadRequest")
        body["modifiedDateTime"] = call.directory.timestamp()
        if body["@odata.type"] == IP:
            body["isTrusted"] = body.get("isTrusted") or False
        else:
            body["includeUnknownCountriesAndRegions"] = body.get("includeUnknownCountriesAndRegions") or False
            body["countryLookupMethod"] = body.get("countryLookupMethod") or "clientIpAddress"
        _check_location(body)

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Check what it would be then; its type stays."""
        if changes.get("@odata.type", record.body["@odata.type"]) != record.body["@odata.type"]:
            raise GraphError("The type of a named location can't be changed.", "BadRequest")
        _check_location({**record.body, **changes})
        changes["modifiedDateTime"] = call.directory.timestamp()

    def deleting(self, call: Call, record: Record) -> None:
        """One that is trusted, or that a policy refers to, stays."""
        if record.body.get("isTrusted"):
            raise GraphError("A trusted named location can't be deleted; mark it as not trusted first.", "BadRequest")
        for policy in referring(call.directory, "locations", record.id):
            raise GraphError(
                f"The named location is in use by policy '{policy.id}' and can't be deleted.", "BadRequest"
            )


class StrengthRules(Rules):
    """Built-in strengths stay as they are; custom ones can be changed."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """A name is taken once; combinations are known ones."""
        if call.directory.having(STRENGTH, "displayName", body["displayName"]):
            raise GraphError(f"An authentication strength named '{body['displayName']}' exists already.", "BadRequest")
        check_combinations(call, body["allowedCombinations"])
        body["modifiedDateTime"] = call.directory.timestamp()

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Combinations have an action of their own."""
        _check_custom(record)
        if "allowedCombinations" in changes:
            raise GraphError("allowedCombinations are changed by the action updateAllowedCombinations.", "BadRequest")
        changes["modifiedDateTime"] = call.directory.timestamp()

    def deleting(self, call: Call, record: Record) -> None:
        """One that a policy refers to stays."""
        _check_custom(record)
        for policy in referring(call.directory, "strength", record.id):
            raise GraphError(f"The strength is in use by policy '{policy.id}' and can't be deleted.", "BadRequest")


def check_combinations(call: Call, combinations: list[str]) -> None:
    """Refuse combinations of methods that the built-in strength for MFA doesn't have, or none at all.

    Raises:
        GraphError: names the combination.
    """
    known = set(call.directory.get(STRENGTH, "00000000-0000-0000-0000-000000000002").body["allowedCombinations"])
    single = {"password", "federatedSingleFactor", "x509CertificateSingleFactor", "sms", "qrCodePin", "hardwareOath"}
    for combination in combinations:
        if combination not in known | single:
            raise GraphError(f"'{combination}' is no combination of authentication methods.", "BadRequest")
    if not combinations:
        raise GraphError("A strength allows at least one combination.", "BadRequest")


def operations(strengths: list[Resource]) -> Iterator[Operation]:
    """What strengths have beyond the operations of every kind."""
    for strength in strengths:
        own = f"{strength.path}/{{id}}"
        yield Operation("POST", f"{own}/updateAllowedCombinations", partial(_update, strength=strength))
        yield Operation("GET", f"{own}/usage", partial(_usage, strength=strength))


def _update(call: Call, strength: Resource) -> Answer:
    record = strength.resolve(call)
    _check_custom(record)
    combinations = call.parameters("updateAllowedCombinations", "allowedCombinations")["allowedCombinations"]
    check_combinations(call, combinations)
    before = record.body["allowedCombinations"]
    call.directory.change(record, {"allowedCombinations": combinations, "modifiedDateTime": call.directory.timestamp()})
    using = [policy.id for policy in referring(call.directory, "strength", record.id)]
    return Answer(body={"currentCombinations": combinations, "previousCombinations": before,
                        "additionalInformation": "", "conditionalAccessReferences": using})  # fmt: skip


def _usage(call: Call, strength: Resource) -> Answer:
    using = referring(call.directory, "strength", strength.resolve(call).id)
    return Answer(body={"mfa": [{"id": policy.id, **policy.body} for policy in using], "none": []})


def _check_custom(record: Record) -> None:
    if record.body["policyType"] == "builtIn":
        raise GraphError("A built-in authentication strength can't be changed or deleted.", "BadRequest")


def _check_location(body: dict[str, Any]) -> None:
    if body["@odata.type"] == IP:
        ranges = body.get("ipRanges") or []
        if not 1 <= len(ranges) <= MOST_RANGES:
            raise GraphError(f"A location by address has 1 to {MOST_RANGES} ranges.", "BadRequest")
        for entry in ranges:
            _check_range(str(entry.get("cidrAddress")))
        return
    countries = body.get("countriesAndRegions") or []
    if not countries:
        raise GraphError("A location by country names at least one.", "BadRequest")
    for code in countries:
        if not _COUNTRY.fullmatch(code):
            raise GraphError(f"'{code}' is no country code of two capitals (ISO 3166-1).", "BadRequest")


def _check_range(text: str) -> None:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise GraphError(f"'{text}' is no address range: {error}.", "BadRequest") from error
    if network.prefixlen < _WIDEST[network.version]:
        raise GraphError(f"'{text}' is too wide; a prefix has at least /{_WIDEST[network.version]}.", "BadRequest")
