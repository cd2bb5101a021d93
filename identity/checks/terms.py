"""What policies stand on: named locations, authentication strengths, security defaults (IDM-2, GOV-3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from identity.checks.check import Finding, check
from identity.checks.declared import Comparison
from identity.checks.deployed import Json
from identity.conditional_access.mapping import METHODS
from identity.conditional_access.terms import Location

DEPLOY = "run: ggvv deploy"


@check("IDM-CHK-11", "Every named location is as declared", "IDM-2", "GOV-3", remedy=DEPLOY)
def locations_are_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """An address or a country more is a way in that nobody decided."""
    there = comparison.deployed.named("locations")
    for key, location in comparison.declared.plan.known.locations.items():
        found = there.get(f"{comparison.declared.plan.platform} {key}")
        if found is None:
            yield Finding(key, "a named location", "nothing")
            continue
        seen, expected = _location(found), _declared(comparison, location)
        for name in sorted({*expected, *seen}):
            if seen.get(name) != expected.get(name):
                yield Finding(f"{key} {name}", expected.get(name, "nothing"), seen.get(name, "nothing"))


@check(
    "IDM-CHK-12",
    "No location is trusted that nobody declared",
    "IDM-2",
    remedy="take the mark off in the tenant, or add the prefix to `ggvv:identity.trusted_egress`",
)
def nothing_else_is_trusted(comparison: Comparison) -> Iterator[Finding]:
    """A trusted location lowers what sign-ins from it are asked for."""
    platform, known = comparison.declared.plan.platform, comparison.declared.plan.known
    ours = {f"{platform} {key}" for key, each in known.locations.items() if each.kind == "egress"}
    for location in comparison.deployed.all("locations"):
        if location.get("isTrusted") and location.get("displayName") not in ours:
            yield Finding(str(location.get("displayName")), "not trusted", "trusted")


@check("IDM-CHK-13", "Every authentication strength takes the declared methods", "IDM-2", remedy=DEPLOY)
def strengths_are_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """One weak method more, and the strength is none."""
    there = comparison.deployed.named("strengths")
    for key, strength in comparison.declared.plan.known.strengths.items():
        found = there.get(f"{comparison.declared.plan.platform} {key}")
        expected = sorted(METHODS[method] for method in strength.methods)
        seen = sorted(found.get("allowedCombinations") or ()) if found is not None else ["nothing"]
        if seen != expected:
            yield Finding(key, " · ".join(expected), " · ".join(seen))


@check(
    "IDM-CHK-14",
    "Security defaults are off where a policy is enforced",
    "IDM-2",
    remedy="turn security defaults off in the tenant (identity/manual_steps.yaml, security-defaults)",
)
def security_defaults_are_off(comparison: Comparison) -> Iterator[Finding]:
    """Entra ID doesn't enforce policies beside security defaults; until the first one is enforced they do good."""
    enforced = any(policy.get("state") == "enabled" for policy in comparison.deployed.all("policies"))
    defaults = comparison.deployed.all("security-defaults")[0]
    if enforced and defaults.get("isEnabled"):
        yield Finding("security defaults", "off", "on")


def _declared(comparison: Comparison, location: Location) -> Mapping[str, str]:
    if location.kind == "countries":
        return {"countries": ", ".join(sorted(location.countries))}
    prefixes = sorted(str(prefix) for prefix in comparison.declared.plan.choices.trusted_egress)
    return {"prefixes": ", ".join(prefixes), "trusted": "yes"}


def _location(found: Json) -> Mapping[str, str]:
    """What a named location says, in the same words; what says nothing is left out."""
    prefixes = sorted(str(ip_network(each["cidrAddress"], strict=False)) for each in found.get("ipRanges") or ())
    said = {
        "countries": ", ".join(sorted(found.get("countriesAndRegions") or ())),
        "unknown countries": "included" if found.get("includeUnknownCountriesAndRegions") else "",
        "prefixes": ", ".join(prefixes),
        "trusted": "yes" if found.get("isTrusted") else "",
    }
    return {name: text for name, text in said.items() if text}


CHECKS = (locations_are_as_declared, nothing_else_is_trusted, strengths_are_as_declared, security_defaults_are_off)
