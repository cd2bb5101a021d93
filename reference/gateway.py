"""Gateways: which firewalls can hold a segment's gateway addresses, and who comes first (FW-1, NET-1; RFC 5798).

Whoever holds a segment's gateway announces the segment, so traffic in both directions passes the same firewall.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv6Interface

from reference.handover import Handover, HandoverHost, HandoverSegment
from reference.interface import Interface
from reference.model import Model
from reference.routing import routers

FIRST_PRIORITY, STEP = 200, 10
"""VRRP priority of who comes first, and how much less each next one has (255 is kept for an address's owner)."""


class Gateway(Model):
    """A segment's gateway as one firewall has it: its own addresses there, and those that one of them all holds.

    `spanning` segments have one gateway for several sites; `peers` are the own addresses of the others.
    """

    segment: str
    interface: str
    spanning: bool
    priority: int
    own4: IPv4Interface
    own6: IPv6Interface
    shared4: IPv4Interface
    shared6: IPv6Interface
    peers: tuple[IPv4Address, ...]


class Partner(Model):
    """The other one of a firewall pair, and the wire between them."""

    name: str
    interface: str
    own: IPv4Address
    peer: IPv4Address


def gateways_of(host: HandoverHost, handover: Handover) -> tuple[Gateway, ...]:
    """The gateways that `host` can hold, its transit's first."""
    segments = {segment.name: segment for segment in handover.segments}
    return tuple(
        _gateway(host, interface, segments[interface.network], handover)
        for interface in host.interfaces
        if interface.network in segments
    )


def partner_of(host: HandoverHost, handover: Handover) -> Partner | None:
    """The other firewall of the site; None where there is none."""
    transit = host.segments[0]
    for other in routers(handover):
        if other != host and other.segments[0] == transit:
            wire = next(interface for interface in host.interfaces if interface.network == transit)
            return Partner(name=other.name, interface=wire.name, own=host.ipv4, peer=other.ipv4)
    return None


def _gateway(host: HandoverHost, own: Interface, segment: HandoverSegment, handover: Handover) -> Gateway:
    standing = [(other, i) for other in routers(handover) for i in other.interfaces if i.network == segment.name]
    standing.sort(key=lambda pair: (segment.sites.index(pair[0].site), pair[0].name))
    place = [other.name for other, _ in standing].index(host.name)
    return Gateway(
        segment=segment.name,
        interface=own.name,
        spanning=len(segment.sites) > 1,
        priority=FIRST_PRIORITY - STEP * place,
        own4=own.ipv4,
        own6=own.ipv6,
        shared4=IPv4Interface((segment.gateway4, segment.ipv4.prefixlen)),
        shared6=IPv6Interface((segment.gateway6, segment.ipv6.prefixlen)),
        peers=tuple(interface.ipv4.ip for other, interface in standing if other != host),
    )
