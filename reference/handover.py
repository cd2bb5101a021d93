"""The handover: what a deploy tells the configuration of hosts, as one typed document with a version."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, Literal

from reference.fabric import Link, ServiceAddress
from reference.interface import Interface, host_interfaces, server_interfaces
from reference.model import Model

if TYPE_CHECKING:
    from reference.architecture import Architecture

VERSION: Literal[4] = 4
"""2 came with interfaces and links, 3 with service addresses and groups, 4 with the class of backups.

Raised when a reader of the older document would misread a newer one.
"""


class HandoverSegment(Model):
    """A segment: VLAN id, prefixes, the sites where it is, and the gateways that its firewall pair holds in common."""

    name: str
    zone: str
    sites: tuple[str, ...]
    vlan: int
    ipv4: IPv4Network
    ipv6: IPv6Network
    gateway4: IPv4Address
    gateway6: IPv6Address


class HandoverHost(Model):
    """A machine that was deployed: its id in vCenter, where it stands and how it is reached.

    `ipv4` and `ipv6` are the addresses that it is administered by; `interfaces` are all that it has. `backup` is its
    class in `backup.yaml`, None where its role is left out.
    """

    name: str
    id: str
    role: str
    site: str
    segments: tuple[str, ...]
    ipv4: IPv4Address
    ipv6: IPv6Address
    interfaces: tuple[Interface, ...]
    municipality: str | None = None
    tier: str | None = None
    backup: str | None


class HandoverGroup(Model):
    """A group of the directory; `concept` as in `directory.yaml`."""

    concept: str
    name: str
    municipality: str | None


class Handover(Model):
    """The stack output `handover`; `sample` says that the servers are a sample inventory."""

    version: Literal[4]
    environment: str
    domain: str
    sample: bool
    segments: tuple[HandoverSegment, ...]
    links: tuple[Link, ...]
    services: tuple[ServiceAddress, ...]
    groups: tuple[HandoverGroup, ...]
    hosts: tuple[HandoverHost, ...]


def handover_document(architecture: Architecture, ids: Mapping[str, str]) -> dict[str, Any]:
    """The handover of `architecture` as JSON-ready values; `ids` gives each deployed machine's id by name."""
    plan = architecture.definitions.backup
    segments = tuple(
        HandoverSegment(
            name=s.name,
            zone=s.zone,
            sites=s.spans,
            vlan=s.vlan,
            ipv4=s.ipv4,
            ipv6=s.ipv6,
            gateway4=s.gateway4,
            gateway6=s.gateway6,
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
            interfaces=host_interfaces(host, architecture.plan, architecture.sites),
            backup=plan.class_of_role(host.role),
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
            interfaces=server_interfaces(server, architecture.plan),
            municipality=server.municipality,
            tier=server.tier,
            backup=plan.class_of_server(server.municipality, server.tier, server.criticality),
        )
        for server in architecture.deployed
    )
    return Handover(
        version=VERSION,
        environment=architecture.choices.environment,
        domain=architecture.choices.domain,
        sample=architecture.inventory.sample,
        segments=segments,
        links=architecture.links,
        services=architecture.plan.fabric.services,
        groups=tuple(
            HandoverGroup(concept=group.concept, name=group.name, municipality=group.municipality)
            for group in architecture.directory.groups
        ),
        hosts=infrastructure + servers,
    ).model_dump(mode="json")


def undeployed(architecture: Architecture) -> Handover:
    """The handover as a deploy of `architecture` would leave it, but for the ids in vCenter, which are made up."""
    names = [host.name for host in architecture.hosts] + [server.name for server in architecture.deployed]
    ids = {name: f"vm-{number}" for number, name in enumerate(names)}
    return Handover.model_validate(handover_document(architecture, ids))
