"""The handover: what a deploy tells the configuration of hosts, as one typed document with a version."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, Literal

from reference.model import Model

if TYPE_CHECKING:
    from reference.architecture import Architecture

VERSION: Literal[1] = 1
"""Raised when a reader of the older document would misread a newer one."""


class HandoverSegment(Model):
    """A segment: VLAN id, prefixes and the gateways that its firewall pair holds."""

    name: str
    zone: str
    vlan: int
    ipv4: IPv4Network
    ipv6: IPv6Network
    gateway4: IPv4Address
    gateway6: IPv6Address


class HandoverHost(Model):
    """A machine that was deployed: its id in vCenter, where it stands and how it is reached."""

    name: str
    id: str
    role: str
    site: str
    segments: tuple[str, ...]
    ipv4: IPv4Address
    ipv6: IPv6Address
    municipality: str | None = None
    tier: str | None = None


class Handover(Model):
    """The stack output `handover`; `sample` says that the servers are a sample inventory."""

    version: Literal[1]
    environment: str
    domain: str
    sample: bool
    segments: tuple[HandoverSegment, ...]
    hosts: tuple[HandoverHost, ...]


def handover_document(architecture: Architecture, ids: Mapping[str, str]) -> dict[str, Any]:
    """The handover of `architecture` as JSON-ready values; `ids` gives each deployed machine's id by name."""
    segments = tuple(
        HandoverSegment(
            name=s.name, zone=s.zone, vlan=s.vlan, ipv4=s.ipv4, ipv6=s.ipv6, gateway4=s.gateway4, gateway6=s.gateway6
        )
        for s in architecture.segments
    )
    infrastructure = tuple(
        HandoverHost(
            name=host.name,
            id=ids[host.name],
            role=host.role,
            site=host.site,
            segments=host.segments,
            ipv4=host.ipv4,
            ipv6=host.ipv6,
        )
        for host in architecture.hosts
    )
    servers = tuple(
        HandoverHost(
            name=server.name,
            id=ids[server.name],
            role="workload",
            site=server.zone,
            segments=(server.segment,),
            ipv4=server.ipv4,
            ipv6=server.ipv6,
            municipality=server.municipality,
            tier=server.tier,
        )
        for server in architecture.deployed
    )
    return Handover(
        version=VERSION,
        environment=architecture.choices.environment,
        domain=architecture.choices.domain,
        sample=architecture.inventory.sample,
        segments=segments,
        hosts=infrastructure + servers,
    ).model_dump(mode="json")
