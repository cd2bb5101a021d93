"""Routing between the sites: who speaks BGP with whom, and which prefixes each may announce (NET-1).

A site is an autonomous system: its pair speaks iBGP over the transit, and eBGP over the links between sites. Pure
functions of the handover; the role `router` writes them down for FRR.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from reference.fabric import LinkKind
from reference.handover import Handover, HandoverHost
from reference.host import HostRole
from reference.interface import Interface, InterfaceKind
from reference.model import Model

FIRST_ASN = 64512
"""First of the private AS numbers (RFC 6996); a site's is this and the number that its loopbacks have."""


class Neighbour(Model):
    """A router on the same wire; `internal` is the other one of the pair.

    `metric` is the link's number: what both ends prefer of two links between two sites, so that both directions of a
    session take the same one.
    """

    name: str
    asn: int
    internal: bool
    metric: int
    interface: str
    ipv4: IPv4Address
    ipv6: IPv6Address


class Origin(Model):
    """What a site's routers may announce as theirs: its segments and its loopbacks."""

    site: str
    asn: int
    ipv4: tuple[IPv4Network, ...]
    ipv6: tuple[IPv6Network, ...]


class Router(Model):
    """A router: its number, the address that it speaks from itself, its neighbours, and what all sites may announce."""

    asn: int
    router_id: IPv4Address
    source4: IPv4Address
    source6: IPv6Address
    neighbours: tuple[Neighbour, ...]
    own: Origin
    others: tuple[Origin, ...]


def router_of(host: HandoverHost, handover: Handover) -> Router:
    """The router that the firewall `host` is."""
    origins = [origin_of(site, handover) for site in sorted({router.site for router in routers(handover)})]
    own = next(origin for origin in origins if origin.site == host.site)
    return Router(
        asn=own.asn,
        router_id=_loopback(host).ipv4.ip,
        source4=host.ipv4,
        source6=host.ipv6,
        neighbours=tuple(_neighbours(host, handover)),
        own=own,
        others=tuple(origin for origin in origins if origin != own),
    )


def routers(handover: Handover) -> tuple[HandoverHost, ...]:
    """The firewalls, which route."""
    return tuple(host for host in handover.hosts if host.role == HostRole.FIREWALL)


def origin_of(site: str, handover: Handover) -> Origin:
    """What the routers of `site` may announce; a segment that spans sites is each one's."""
    here = [segment for segment in handover.segments if site in segment.sites]
    loopbacks = [(host, _loopback(host)) for host in routers(handover) if host.site == site]
    return Origin(
        site=site,
        asn=asn_of(loopbacks[0][0]),
        ipv4=(*(segment.ipv4 for segment in here), *(loopback.ipv4.network for _, loopback in loopbacks)),
        ipv6=(*(segment.ipv6 for segment in here), *(loopback.ipv6.network for _, loopback in loopbacks)),
    )


def asn_of(host: HandoverHost) -> int:
    """The AS number of the host's site; the place's number is the third octet of its loopbacks."""
    return FIRST_ASN + _loopback(host).ipv4.ip.packed[2]


def _neighbours(host: HandoverHost, handover: Handover) -> Iterator[Neighbour]:
    """The other one of the pair, by the transit, and the routers at the other ends of core links."""
    networks = {host.segments[0]: 0}
    networks |= {link.name: link.number for link in handover.links if link.kind is LinkKind.CORE}
    own = {interface.network for interface in host.interfaces}
    for other in routers(handover):
        for interface in other.interfaces:
            if other != host and interface.network in networks and interface.network in own:
                yield Neighbour(
                    name=other.name,
                    asn=asn_of(other),
                    internal=other.site == host.site,
                    metric=networks[interface.network],
                    interface=interface.name,
                    ipv4=interface.ipv4.ip,
                    ipv6=interface.ipv6.ip,
                )


def _loopback(host: HandoverHost) -> Interface:
    return next(interface for interface in host.interfaces if interface.kind is InterfaceKind.LOOPBACK)
