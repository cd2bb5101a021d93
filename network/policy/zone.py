"""Zones: what the firewalls keep apart, with the addresses of each (FW-1, FW-2).

A zone is a segment of the data centres, a municipality's clients or devices, the links between the firewalls, or the
internet. No address is in two of them. The firewalls themselves also speak as neighbours on a wire (see `Neighbours`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network

from netaddr import IPNetwork, IPSet

from reference.architecture import Architecture
from reference.fabric import LinkKind

Network = IPv4Network | IPv6Network

EVERY = "every"
"""Stands for each zone of the data centres."""

INTERNET, CLIENTS, DEVICES, LINKS, TRANSIT = "internet", "clients", "devices", "links", "transit"
NEIGHBOURS, VRRP = "neighbours", "vrrp"

VRRP_GROUPS: tuple[Network, ...] = (IPv4Network("224.0.0.18/32"), IPv6Network("ff02::12/128"))
"""RFC 5798, sections 5.1.1.2 and 5.1.2.2."""

SPECIAL4 = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
)
"""What is never a sender on the internet (RFC 6890)."""

GLOBAL6 = IPv6Network("2000::/3")
"""Global unicast (RFC 4291, section 2.4)."""


@dataclass(frozen=True)
class Zone:
    """A part of the network that flows name; `kind` is what they call it, `sites` where its gateways can be.

    `municipality` and `site` say whose it is, where it is one's. `inside` zones are what `every` stands for; `own` ones
    hold the firewalls' own addresses, so that traffic to them ends at a firewall.
    """

    name: str
    kind: str
    ipv4: tuple[IPv4Network, ...]
    ipv6: tuple[IPv6Network, ...]
    sites: tuple[str, ...] = ()
    site: str | None = None
    municipality: str | None = None
    vlan: int | None = None
    inside: bool = True

    @property
    def prefixes(self) -> tuple[Network, ...]:
        """The addresses of both families."""
        return (*self.ipv4, *self.ipv6)

    @property
    def own(self) -> bool:
        """Whether the firewalls' own addresses are here."""
        return self.kind in {TRANSIT, LINKS}

    @property
    def routed(self) -> bool:
        """Whether packets are forwarded to and from it; firewalls among themselves use addresses of other zones."""
        return self.kind not in {NEIGHBOURS, VRRP}

    def held_at(self, site: str) -> bool:
        """Whether firewalls of `site` answer for addresses here."""
        return self.own and self.site in {site, None}


def zones(architecture: Architecture) -> tuple[Zone, ...]:
    """All zones that a packet can come from or go to, the data centres' first."""
    return (*_segments(architecture), _links(architecture), *_municipal(architecture), internet())


def _segments(architecture: Architecture) -> Iterator[Zone]:
    loopbacks = architecture.plan.fabric.loopbacks
    for segment in architecture.segments:
        kind = segment.tier or segment.zone
        own = [loopback for loopback in loopbacks if kind == TRANSIT and loopback.place == segment.site]
        yield Zone(
            name=segment.name,
            kind=kind,
            ipv4=(segment.ipv4, *(IPv4Network(loopback.ipv4) for loopback in own)),
            ipv6=(segment.ipv6, *(IPv6Network(loopback.ipv6) for loopback in own)),
            sites=segment.spans,
            site=segment.site,
            municipality=segment.municipality,
            vlan=segment.vlan,
        )


def _links(architecture: Architecture) -> Zone:
    core = [link for link in architecture.links if link.kind is LinkKind.CORE]
    return Zone(
        name=LINKS,
        kind=LINKS,
        ipv4=tuple(link.ipv4 for link in core),
        ipv6=tuple(link.ipv6 for link in core),
        sites=tuple(site.id for site in architecture.sites),
    )


def _municipal(architecture: Architecture) -> Iterator[Zone]:
    """Clients and devices; their gateways towards the data centres are where the WAN links end."""
    place = architecture.plan.fabric.places
    for m in architecture.municipalities:
        ends = tuple(place[link.b] for link in architecture.links if place[link.a] == m.id)
        for kind, networks in ((CLIENTS, architecture.plan.clients), (DEVICES, architecture.plan.device_management)):
            own = [network for network in networks if network.municipality == m.id]
            yield Zone(
                name=f"{m.id}-{kind}",
                kind=kind,
                ipv4=tuple(network.ipv4 for network in own),
                ipv6=tuple(network.ipv6 for network in own),
                sites=ends,
                municipality=m.id,
                inside=False,
            )


@lru_cache(maxsize=1)
def internet() -> Zone:
    """What is routed on the internet; it is reached over the transit of the active sites."""
    routed = IPSet([IPNetwork("0.0.0.0/0")]) - IPSet(SPECIAL4)
    ipv4 = tuple(IPv4Network(str(network)) for network in routed.iter_cidrs())
    return Zone(name=INTERNET, kind=INTERNET, ipv4=ipv4, ipv6=(GLOBAL6,), sites=("dc1", "dc2"), inside=False)


def overlaps(every: Iterable[Zone]) -> Iterator[tuple[Zone, Zone, Network]]:
    """Pairs of zones that share addresses, with one prefix that both have."""
    spans = sorted(
        (prefix.version, int(prefix.network_address), int(prefix.broadcast_address), zone.name, zone, prefix)
        for zone in every
        for prefix in zone.prefixes
    )
    last = None
    for version, first, end, _, zone, prefix in spans:
        if last is not None and last[0] == version and first <= last[1] and last[2] is not zone:
            yield last[2], zone, prefix
        if last is None or last[0] != version or end > last[1]:
            last = (version, end, zone)
