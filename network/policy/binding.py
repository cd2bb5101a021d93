"""Which senders may come in by which interface of a site's firewalls: the rules against spoofing (FW-1; RFC 3704)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from network.policy.neighbours import link_ends
from network.policy.zone import LINKS, TRANSIT, Zone
from reference.architecture import Architecture
from reference.fabric import LinkKind


@dataclass(frozen=True)
class Binding:
    """The interfaces on which senders in these zones are genuine."""

    interfaces: tuple[str, ...]
    zones: tuple[Zone, ...]

    @property
    def ipv4(self) -> list[IPv4Network]:
        """The IPv4 prefixes, in as few as possible."""
        return list(collapse_addresses(prefix for zone in self.zones for prefix in zone.ipv4))

    @property
    def ipv6(self) -> list[IPv6Network]:
        """The IPv6 prefixes, in as few as possible."""
        return list(collapse_addresses(prefix for zone in self.zones for prefix in zone.ipv6))


def bindings(architecture: Architecture, every: Sequence[Zone], site: str) -> tuple[Binding, ...]:
    """The bindings at `site`.

    By a segment's interface come its own addresses; by a core link all but what is at this site alone; by a
    municipality's link its clients, its devices and the link's other end; by the transit anything, since the other
    firewall of the pair hands over what came in by its links, and the internet is reached there.
    """
    return tuple(_bindings(architecture, every, site))


def _bindings(architecture: Architecture, every: Sequence[Zone], site: str) -> Iterator[Binding]:
    here = [zone for zone in every if site in zone.sites and zone.vlan is not None]
    for zone in here:
        if zone.kind != TRANSIT:
            yield Binding((f"v{zone.vlan}",), (zone,))
    elsewhere = tuple(zone for zone in every if zone.site != site)
    yield Binding(tuple(name for name, _ in link_ends(architecture, site, LinkKind.CORE)), elsewhere)
    for name, municipality in link_ends(architecture, site, LinkKind.WAN):
        yield Binding((name,), (*_municipal(every, municipality), _link(architecture, name)))
    yield Binding(tuple(f"v{zone.vlan}" for zone in here if zone.kind == TRANSIT), tuple(every))


def _municipal(every: Sequence[Zone], municipality: str) -> list[Zone]:
    """What a municipality has at its own premises."""
    return [zone for zone in every if zone.municipality == municipality and not zone.inside]


def _link(architecture: Architecture, interface: str) -> Zone:
    link = next(link for link in architecture.links if f"l{link.number}" == interface)
    return Zone(name=link.name, kind=LINKS, ipv4=(link.ipv4,), ipv6=(link.ipv6,))
