"""The address plan: one IPv4 and one IPv6 plan, VLAN ids and names for everything that has an address.

Stable under additions: every value is a function of explicit numbers (of a site, a municipality, a kind of
segment), never of the order or count of others. A growing figure makes a subnet larger inside its own block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from reference.fabric import Fabric, FabricPlan
from reference.model import Model
from reference.municipality import Municipality
from reference.overrides import SegmentOverride, overridden
from reference.parameter import Parameters
from reference.segment import Scope, Segment, SegmentKind, SegmentKinds, Sizing
from reference.site import Site
from reference.space import CLIENTS, DEVICES, SERVERS, SHARED, Space

SITE_BLOCK, TIER_BLOCK, CLIENT_BLOCK, DEVICE_BLOCK = 24, 19, 22, 16
"""Prefix lengths of the blocks kept for a site's or shared segment, a tier, a client network, devices."""

TIER_SIZE, CLIENT_SIZE = 2 ** (32 - TIER_BLOCK), 2 ** (32 - CLIENT_BLOCK)
CLIENT_NETWORKS = 64
"""Client networks that a municipality's /16 has room for."""

LARGEST_VLAN = 4094
"""IEEE 802.1Q: 0 and 4095 are reserved."""


class Addressed(Protocol):
    """What has a place in a segment: a number there, and the segment's name."""

    @property
    def number(self) -> int:
        """The host number within the segment."""

    @property
    def segment(self) -> str:
        """The segment's name."""


class AddressPlan(Model):
    """Everything that has a prefix: segments, the fabric between sites, client and device networks."""

    segments: tuple[Segment, ...]
    clients: tuple[Segment, ...]
    device_management: tuple[Segment, ...]
    fabric: Fabric

    @property
    def networks(self) -> tuple[Segment, ...]:
        """All networks with a VLAN id."""
        return (*self.segments, *self.clients, *self.device_management)

    def segment(self, name: str) -> Segment:
        """The segment with this name; KeyError if there is none."""
        for segment in self.networks:
            if segment.name == name:
                return segment
        raise KeyError(name)

    def address_of(self, host: Addressed) -> tuple[IPv4Address, IPv6Address]:
        """A host's two addresses, from its number in its segment."""
        segment = self.segment(host.segment)
        return segment.address4(host.number), segment.address6(host.number)


class Planner:
    """Plans addresses out of a space with the given figures."""

    def __init__(self, space: Space, parameters: Parameters) -> None:
        self._space = space
        self._parameters = parameters

    def plan(
        self,
        sites: Sequence[Site],
        municipalities: Sequence[Municipality],
        kinds: SegmentKinds,
        fabric: FabricPlan,
        overrides: Mapping[str, SegmentOverride],
    ) -> AddressPlan:
        """The whole plan, with a stack's overrides, not yet checked (see `reference.address_checks`)."""
        active = tuple(site.id for site in sites if site.hosts_workloads)
        planned = [
            *(self._of_site(site, kind) for site in sites for kind in kinds.site if site.id in kind.sites),
            *(self._shared(kind, active) for kind in kinds.shared),
            *(self._of_tier(m, kind, active) for m in municipalities for kind in kinds.municipality),
        ]
        return AddressPlan(
            segments=overridden(planned, overrides, active, int(self._parameters.address_reserve.value)),
            clients=tuple(s for m in municipalities for s in self._clients(m)),
            device_management=tuple(self._devices(m) for m in municipalities),
            fabric=fabric.build(self._space, sites, municipalities),
        )

    def _sizing(self, hosts: int) -> Sizing:
        """The smallest prefix that holds `hosts` with growth, the reserve, and network and broadcast address."""
        reserve = int(self._parameters.address_reserve.value)
        needed = self._parameters.grown(hosts) + reserve
        prefix = min(32 - (needed + 1).bit_length(), int(self._parameters.longest_segment_prefix.value))
        return Sizing(hosts=hosts, growth=self._parameters.growth.value, reserve=reserve, needed=needed, prefix=prefix)

    def _of_site(self, site: Site, kind: SegmentKind) -> Segment:
        sizing = self._sizing(kind.hosts)
        return Segment(
            name=f"{site.id}-{kind.id}",
            vlan=100 * site.number + kind.number,
            ipv4=self._space.block4(site.number, kind.number << 8, sizing.prefix),
            ipv6=self._space.subnet6(site.number, kind.number),
            block=self._space.block4(site.number, kind.number << 8, SITE_BLOCK),
            scope=Scope.SITE,
            zone=kind.zone,
            purpose=kind.purpose,
            site=site.id,
            spans=(site.id,),
            sizing=sizing,
        )

    def _shared(self, kind: SegmentKind, active: tuple[str, ...]) -> Segment:
        sizing = self._sizing(kind.hosts)
        return Segment(
            name=kind.id,
            vlan=1500 + kind.number,
            ipv4=self._space.block4(SHARED, kind.number << 8, sizing.prefix),
            ipv6=self._space.subnet6(SHARED, kind.number),
            block=self._space.block4(SHARED, kind.number << 8, SITE_BLOCK),
            scope=Scope.SHARED,
            zone=kind.zone,
            purpose=kind.purpose,
            spans=active,
            sizing=sizing,
        )

    def _of_tier(self, municipality: Municipality, kind: SegmentKind, active: tuple[str, ...]) -> Segment:
        sizing = self._sizing(municipality.figures.servers)
        index, offset = Space.index(SERVERS, municipality.number), kind.number * TIER_SIZE
        return Segment(
            name=f"{municipality.id}-{kind.id}",
            vlan=1600 + 20 * municipality.number + kind.number,
            ipv4=self._space.block4(index, offset, sizing.prefix),
            ipv6=self._space.subnet6(index, kind.number),
            block=self._space.block4(index, offset, TIER_BLOCK),
            scope=Scope.MUNICIPALITY,
            zone=f"{municipality.id}-{kind.zone}",
            purpose=f"{municipality.name}: {kind.purpose}",
            municipality=municipality.id,
            tier=kind.id,
            spans=active,
            sizing=sizing,
        )

    def _clients(self, municipality: Municipality) -> list[Segment]:
        """As many networks for PCs as the figure needs; each has its own number, so growth only adds at the end."""
        per_network = CLIENT_SIZE - 2 - int(self._parameters.address_reserve.value)
        count = -(-self._parameters.grown(municipality.figures.pcs) // per_network)
        return [self._client(municipality, number, count) for number in range(count)]

    def _client(self, municipality: Municipality, number: int, count: int) -> Segment:
        index, reserve = Space.index(CLIENTS, municipality.number), int(self._parameters.address_reserve.value)
        grown = self._parameters.grown(municipality.figures.pcs)
        network = self._space.block4(index, number * CLIENT_SIZE, CLIENT_BLOCK)
        return Segment(
            name=f"{municipality.id}-clients-{number + 1:02}",
            vlan=2000 + 64 * municipality.number + number,
            ipv4=network,
            ipv6=self._space.subnet6(index, number),
            block=network,
            scope=Scope.MUNICIPALITY,
            zone=f"{municipality.id}-clients",
            purpose=f"{municipality.name}: PCs, network {number + 1} of {count}",
            municipality=municipality.id,
            sizing=Sizing(
                hosts=-(-municipality.figures.pcs // count),
                growth=self._parameters.growth.value,
                reserve=reserve,
                needed=-(-grown // count) + reserve,
                prefix=CLIENT_BLOCK,
            ),
        )

    def _devices(self, municipality: Municipality) -> Segment:
        sizing = self._sizing(municipality.figures.network_devices)
        index = Space.index(DEVICES, municipality.number)
        return Segment(
            name=f"{municipality.id}-devices",
            vlan=3100 + municipality.number,
            ipv4=self._space.block4(index, 0, sizing.prefix),
            ipv6=self._space.subnet6(index, 0),
            block=self._space.block4(index, 0, DEVICE_BLOCK),
            scope=Scope.MUNICIPALITY,
            zone=f"{municipality.id}-devices",
            purpose=f"{municipality.name}: management of network devices",
            municipality=municipality.id,
            sizing=sizing,
        )
