"""Network interfaces: on which segments and links each machine has which addresses (NET-1, FW-1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Interface, IPv6Interface
from typing import TYPE_CHECKING

from reference.host import Host, HostRole
from reference.model import Model

if TYPE_CHECKING:
    from reference.addressing import AddressPlan
    from reference.fabric import Link, Loopback
    from reference.segment import Segment
    from reference.server import Server
    from reference.site import Site

FIREWALLS_PER_SITE = 2
"""A pair: numbers of firewalls in segments that span sites leave room for this many of each site."""


class InterfaceKind(StrEnum):
    """What an interface leads to: a segment, the other end of a link, or nothing but the machine itself."""

    SEGMENT = "segment"
    LINK = "link"
    LOOPBACK = "loopback"


class Interface(Model):
    """An interface with its addresses and prefix lengths; `network` is its segment's or link's name.

    `name` is at most 15 characters (Linux's IFNAMSIZ): `v` and the VLAN id, or `l` and the link's number.
    """

    name: str
    kind: InterfaceKind
    network: str
    ipv4: IPv4Interface
    ipv6: IPv6Interface


def host_interfaces(host: Host, plan: AddressPlan, sites: Iterable[Site]) -> tuple[Interface, ...]:
    """The interfaces of an infrastructure host: one in each of its segments, and for firewalls all that they join."""
    if host.role is HostRole.FIREWALL:
        return _firewall_interfaces(host, plan, next(site for site in sites if site.id == host.site))
    return tuple(_in_segment(plan.segment(name), host.number) for name in host.segments)


def server_interfaces(server: Server, plan: AddressPlan) -> tuple[Interface, ...]:
    """The one interface of a server."""
    segment = plan.segment(server.segment)
    return (_in_segment(segment, int(server.ipv4) - int(segment.ipv4.network_address)),)


def _firewall_interfaces(host: Host, plan: AddressPlan, site: Site) -> tuple[Interface, ...]:
    """A firewall stands in every segment of its site, its transit first, and at its ends of links."""
    here = [segment for segment in plan.segments if site.id in segment.spans]
    here.sort(key=lambda segment: segment.name != host.segment)
    return (
        *(_loopback(loopback) for loopback in plan.fabric.loopbacks if loopback.device == host.name),
        *(_in_segment(segment, firewall_number(host, segment, site)) for segment in here),
        *(_at_link(link, host.name) for link in plan.fabric.links if host.name in {link.a, link.b}),
    )


def firewall_number(host: Host, segment: Segment, site: Site) -> int:
    """A firewall's number in a segment: its own; where a segment spans sites, each site's pair after the one before."""
    return host.number + (FIREWALLS_PER_SITE * (site.number - 1) if len(segment.spans) > 1 else 0)


def _in_segment(segment: Segment, number: int) -> Interface:
    return Interface(
        name=f"v{segment.vlan}",
        kind=InterfaceKind.SEGMENT,
        network=segment.name,
        ipv4=IPv4Interface((segment.address4(number), segment.ipv4.prefixlen)),
        ipv6=IPv6Interface((segment.address6(number), segment.ipv6.prefixlen)),
    )


def _at_link(link: Link, device: str) -> Interface:
    end = 0 if device == link.a else 1
    return Interface(
        name=f"l{link.number}",
        kind=InterfaceKind.LINK,
        network=link.name,
        ipv4=IPv4Interface((link.ipv4[end], link.ipv4.prefixlen)),
        ipv6=IPv6Interface((link.ipv6[end], link.ipv6.prefixlen)),
    )


def _loopback(loopback: Loopback) -> Interface:
    return Interface(
        name="lo",
        kind=InterfaceKind.LOOPBACK,
        network="loopback",
        ipv4=IPv4Interface(loopback.ipv4),
        ipv6=IPv6Interface(loopback.ipv6),
    )
