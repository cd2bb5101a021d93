"""Checks of the policy: what it names is known, each packet has one flow at most, no boundary is crossed (FW-1, FW-2).

Pure: the day is the caller's. Each finding is a sentence with the key, what was found, what is right and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from network.policy.boundaries import crossings, foreign_flows
from network.policy.flow import Endpoint, FlowPolicy
from network.policy.grant import Grant, every_zone, grants, resolve
from network.policy.intention import intention
from network.policy.overlap import twice_allowed
from network.policy.zone import EVERY, TRANSIT, Zone, overlaps
from reference.architecture import Architecture
from reference.errors import refuse
from reference.requirement import requirements

SSH = 22
WIDE = 60_000
"""A service of so many ports is any service."""


def check(policy: FlowPolicy, architecture: Architecture, today: date) -> tuple[Grant, ...]:
    """The grants of a policy that holds.

    Raises:
        ArchitectureError: it does not; all findings of the first kind that has any.
    """
    every = every_zone(architecture, architecture.sites[0].id)
    refuse(_given_twice(policy))
    refuse(_unknown(policy, architecture, every))
    refuse(_overlapping(every))
    refuse(_any_to_any(policy))
    allowed = grants(policy, every)
    refuse([*_expired(policy, today), *_unused(policy)])
    refuse(twice_allowed(allowed))
    refuse([*foreign_flows(allowed), *crossings(policy, allowed)])
    refuse(_cut_off(allowed, every))
    return allowed


def _given_twice(policy: FlowPolicy) -> Iterator[str]:
    for file, ids in (
        ("flows.yaml", [flow.id for flow in policy.flows]),
        ("services.yaml", [service.name for service in policy.services]),
        ("owners.yaml", [owner.id for owner in policy.owners]),
        ("boundaries.yaml", [boundary.id for boundary in policy.boundaries]),
    ):
        for id_ in dict.fromkeys(id_ for id_ in ids if ids.count(id_) > 1):
            yield f"{file}: {id_} is given twice; right is each once; give the second one its own name or remove it"


def _unknown(policy: FlowPolicy, architecture: Architecture, every: Sequence[Zone]) -> Iterator[str]:
    municipalities = architecture.definitions.municipalities.ids
    known_owners = {*(owner.id for owner in policy.owners), *municipalities}
    known_requirements = set(requirements())
    for flow in policy.flows:
        for endpoint in (*flow.sources, *flow.destinations):
            yield from _unknown_endpoint(f"flows.yaml: {flow.id}", endpoint, every, municipalities)
        for service in flow.services:
            yield from _unknown_name(f"flows.yaml: {flow.id}", "service", service, policy.service)
        for owner in flow.owners:
            yield from _unknown_name(f"flows.yaml: {flow.id}", "owner", owner, known_owners)
        yield from _unknown_name(f"flows.yaml: {flow.id}", "requirement", flow.requirement, known_requirements)
    for boundary in policy.boundaries:
        place = f"boundaries.yaml: {boundary.id}"
        for selector in (boundary.guards, *boundary.only):
            for endpoint in filter(None, (selector.source, selector.destination)):
                yield from _unknown_endpoint(place, endpoint, every, municipalities)
            for service in selector.services:
                yield from _unknown_name(place, "service", service, policy.service)


def _unknown_endpoint(
    place: str, endpoint: Endpoint, every: Sequence[Zone], municipalities: Collection[str]
) -> Iterator[str]:
    """A zone, or a site or municipality of it, that there is not; one that only has no part in this stack is known."""
    kinds = sorted({zone.kind for zone in every} | {EVERY})
    yield from _unknown_name(place, "zone", endpoint.zone, kinds)
    own = [zone for zone in every if zone.kind == endpoint.zone]
    absent = endpoint.municipality in municipalities and any(zone.municipality for zone in own)
    if endpoint.zone in kinds and not resolve(endpoint, every) and not absent:
        right = sorted({zone.site or zone.municipality or "" for zone in own} - {""})
        words = f"right is one of {', '.join(right)}" if right else "that zone is the same everywhere"
        yield f"{place} names {endpoint}, which there is not; {words}; correct the site or municipality"


def _unknown_name(place: str, what: str, name: str, known: Collection[str]) -> Iterator[str]:
    if name not in known:
        meant = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {meant[0]}?" if meant else "correct the name"
        yield f"{place} names the {what} '{name}'; right is one of {', '.join(sorted(known))}; {hint}"


def _overlapping(every: Iterable[Zone]) -> Iterator[str]:
    for one, other, prefix in overlaps([zone for zone in every if zone.routed]):
        yield (
            f"zones '{one.name}' and '{other.name}' overlap: found {prefix} in both; right is each address in one "
            "zone; change the prefix of one of them"
        )


def _any_to_any(policy: FlowPolicy) -> Iterator[str]:
    for flow in policy.flows:
        ends = [{endpoint.zone for endpoint in side} for side in (flow.sources, flow.destinations)]
        if all(EVERY in zones for zones in ends):
            yield f"flows.yaml: {flow.id} is from every zone to every zone; right is a flow that names one end; name it"
    for service in policy.services:
        ranges = [port for ports in service.ports.values() for port in ports]
        if any(last - first >= WIDE for first, last in ranges):
            yield (
                f"services.yaml: `{service.name}` is nearly every port; right is the ports that the service listens "
                "on; name them"
            )


def _expired(policy: FlowPolicy, today: date) -> Iterator[str]:
    for flow in policy.flows:
        if flow.expired(today):
            yield (
                f"flows.yaml: {flow.id} ended on {flow.until}, and today is {today}; right is a day to come; "
                f"remove the flow, or have {' and '.join(flow.owners)} set a later `until`"
            )


def _unused(policy: FlowPolicy) -> Iterator[str]:
    used = {service for flow in policy.flows for service in flow.services}
    for service in policy.services:
        if service.name not in used:
            yield f"services.yaml: `{service.name}` is named by no flow; right is a service in use; remove it"


def _cut_off(allowed: Iterable[Grant], every: Iterable[Zone]) -> Iterator[str]:
    """A policy must never cut the path by which it is loaded."""
    cells = intention(allowed)
    for zone in every:
        ports = cells.get(("administration", zone.name), {}).get("tcp", ())
        if zone.kind == TRANSIT and not any(port.first <= SSH <= port.last for port in ports):
            yield (
                f"flows.yaml: no flow lets administration reach the firewalls of {zone.site} by ssh; right is one that "
                "does, since without it nobody can load a policy any more; add it"
            )
