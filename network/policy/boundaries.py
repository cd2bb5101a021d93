"""Boundaries: what separates, stated apart from the flows, so that no flow can talk it away (FW-2, SEP-1, BAK-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from network.policy.flow import Boundary, Flow, FlowPolicy, Selector
from network.policy.grant import Grant, matches
from network.policy.zone import Zone


def crossings(policy: FlowPolicy, allowed: Iterable[Grant]) -> Iterator[str]:
    """One sentence for each flow and boundary that it crosses."""
    for grant in allowed:
        for boundary in policy.boundaries:
            found = next(_crossed(boundary, grant), None)
            if found is not None:
                yield _sentence(grant.flow, boundary, *found)


def crossed_by(policy: FlowPolicy, grant: Grant) -> tuple[Boundary, ...]:
    """The boundaries that a grant crosses."""
    return tuple(boundary for boundary in policy.boundaries if next(_crossed(boundary, grant), None) is not None)


def foreign_flows(allowed: Iterable[Grant]) -> Iterator[str]:
    """One sentence for each flow between municipalities that is no exception which both own, with an end (FW-2)."""
    for grant in allowed:
        foreign = next(_between_municipalities(grant), None)
        if foreign is None:
            continue
        source, destination = foreign
        both = {str(source.municipality), str(destination.municipality)}
        found = f"flows.yaml: {grant.flow.id} lets {source.name} reach {destination.name}"
        if not all(end.municipality for end in (*grant.flow.sources, *grant.flow.destinations)):
            yield f"{found} without naming them; right is `municipality` at both ends of an exception; name them"
        elif not both <= set(grant.flow.owners):
            owners, absent = ", ".join(grant.flow.owners), ", ".join(sorted(both - set(grant.flow.owners)))
            yield f"{found}, owned by {owners}; right is that both own it; add {absent} to `owners`"
        elif grant.flow.until is None:
            yield f"{found} without an end; right is an exception that ends; add `until`"


def _between_municipalities(grant: Grant) -> Iterator[tuple[Zone, Zone]]:
    for source, destination in _pairs(grant):
        if source.municipality and destination.municipality and source.municipality != destination.municipality:
            yield source, destination


def _crossed(boundary: Boundary, grant: Grant) -> Iterator[tuple[Zone, Zone, str]]:
    services = [name for name in grant.flow.services if name in (boundary.guards.services or grant.flow.services)]
    for source, destination in _pairs(grant):
        if not _selects(boundary.guards, source, destination):
            continue
        ways = [way for way in boundary.only if _selects(way, source, destination)]
        for service in services:
            if not any(service in way.services or not way.services for way in ways):
                yield source, destination, service


def _pairs(grant: Grant) -> Iterator[tuple[Zone, Zone]]:
    """What a firewall stands between: never a zone and itself."""
    return ((s, d) for s in grant.sources for d in grant.destinations if s.name != d.name)


def _selects(selector: Selector, source: Zone, destination: Zone) -> bool:
    return (selector.source is None or matches(selector.source, source)) and (
        selector.destination is None or matches(selector.destination, destination)
    )


def _sentence(flow: Flow, boundary: Boundary, source: Zone, destination: Zone, service: str) -> str:
    right = "; or ".join(_words(way) for way in boundary.only) or "nothing at all"
    return (
        f"flows.yaml: {flow.id} crosses {boundary.id} ({boundary.reason}): found {service} from {source.name} to "
        f"{destination.name}; right is {right}; narrow or remove the flow"
    )


def _words(way: Selector) -> str:
    parts = [", ".join(way.services) or "anything"]
    parts += [f"from {way.source}"] if way.source else []
    parts += [f"to {way.destination}"] if way.destination else []
    return " ".join(parts)
