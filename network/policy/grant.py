"""Grants: flows with their zones found, so that each allows all of its sources all of its destinations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from network.policy.flow import Endpoint, Flow, FlowPolicy, PortRange
from network.policy.neighbours import neighbours, vrrp_groups
from network.policy.zone import EVERY, NEIGHBOURS, Zone, zones
from reference.architecture import Architecture


@dataclass(frozen=True)
class Grant:
    """What one flow allows: `ports` by protocol, none for protocols without ports.

    A flow that stays within each municipality is one grant for each; `name` is then the flow's id and the municipality.
    """

    flow: Flow
    name: str
    sources: tuple[Zone, ...]
    destinations: tuple[Zone, ...]
    ports: Mapping[str, tuple[PortRange, ...]]

    @property
    def local(self) -> bool:
        """Whether it is between firewalls on a wire that they share, and never forwarded."""
        return any(zone.kind == NEIGHBOURS for zone in self.sources)


def resolve(endpoint: Endpoint, every: Iterable[Zone]) -> tuple[Zone, ...]:
    """The zones that an endpoint stands for."""
    return tuple(zone for zone in every if matches(endpoint, zone))


def matches(endpoint: Endpoint, zone: Zone) -> bool:
    """Whether `zone` is one that the endpoint stands for."""
    if endpoint.zone == EVERY:
        return zone.inside
    return (
        zone.kind == endpoint.zone
        and endpoint.site in {None, zone.site}
        and endpoint.municipality in {None, zone.municipality}
    )


def every_zone(architecture: Architecture, site: str) -> tuple[Zone, ...]:
    """The zones, and what the firewalls of `site` share wires with."""
    return (*zones(architecture), neighbours(architecture, site), vrrp_groups())


def grants(policy: FlowPolicy, every: Sequence[Zone]) -> tuple[Grant, ...]:
    """All grants of the policy, in its order.

    One without a source or a destination is none: it must never become a rule for any.
    """
    made = (grant for flow in policy.flows for grant in _of_flow(flow, policy, every))
    return tuple(grant for grant in made if grant.sources and grant.destinations)


def _of_flow(flow: Flow, policy: FlowPolicy, every: Sequence[Zone]) -> Iterator[Grant]:
    ports = _ports(flow, policy)
    if not _within_each(flow, every):
        yield Grant(flow, flow.id, _all(flow.sources, every), _all(flow.destinations, every), ports)
        return
    for municipality in dict.fromkeys(zone.municipality for zone in every if zone.municipality):
        own = [zone for zone in every if zone.municipality == municipality]
        yield Grant(flow, f"{flow.id}-{municipality}", _all(flow.sources, own), _all(flow.destinations, own), ports)


def _within_each(flow: Flow, every: Sequence[Zone]) -> bool:
    """Whether both ends are municipalities' zones, and no municipality is named."""
    ends = (*flow.sources, *flow.destinations)
    municipal = {zone.kind for zone in every if zone.municipality}
    return all(end.zone in municipal and end.municipality is None for end in ends)


def _all(endpoints: Iterable[Endpoint], every: Sequence[Zone]) -> tuple[Zone, ...]:
    return tuple(dict.fromkeys(zone for endpoint in endpoints for zone in resolve(endpoint, every)))


def _ports(flow: Flow, policy: FlowPolicy) -> dict[str, tuple[PortRange, ...]]:
    """The ports of all services of a flow by protocol, neighbouring ranges joined."""
    ports: dict[str, list[PortRange]] = {}
    for service in (policy.service[name] for name in flow.services):
        for protocol, ranges in service.ports.items():
            ports.setdefault(protocol, []).extend(ranges)
        for protocol in service.protocols:
            ports.setdefault(protocol, [])
    return {protocol: joined(ranges) for protocol, ranges in sorted(ports.items())}


def joined(ranges: Iterable[PortRange]) -> tuple[PortRange, ...]:
    """The same ports in as few ranges as possible, sorted."""
    result: list[PortRange] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)
