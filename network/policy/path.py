"""The way of a packet over the sites' firewalls, and what their compiled rules say to it at each (NET-1, FW-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from network.policy.neighbours import link_ends
from network.policy.reachability import Packet, Verdict, verdict
from network.policy.ruleset import Ruleset
from network.policy.zone import TRANSIT, Zone, zones
from reference.architecture import Architecture
from reference.fabric import LinkKind
from reference.host import HostRole
from reference.interface import host_interfaces

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Connection:
    """The first packet of what somebody wants to open."""

    source: Address
    destination: Address
    protocol: str
    port: int | None = None


@dataclass(frozen=True)
class Hop:
    """The firewalls of one site: by which interface a packet comes in (None where they send it), and where it goes."""

    site: str
    iifname: str | None
    hook: str


@dataclass(frozen=True)
class Passage:
    """What the rules at a hop decide; `list_` names the list that decided."""

    hop: Hop
    list_: str
    verdict: Verdict
    flow: str


@dataclass(frozen=True)
class Trace:
    """A connection's way: all firewalls must accept."""

    connection: Connection
    source: Zone | None
    destination: Zone | None
    passages: tuple[Passage, ...]

    @property
    def accepted(self) -> bool:
        """Whether it arrives; within one segment it passes no firewall."""
        known = self.source is not None and self.destination is not None
        return known and all(passage.verdict.accepted for passage in self.passages)


class Paths:
    """Traces connections through the compiled rules of all sites."""

    def __init__(self, architecture: Architecture, rulesets: Mapping[str, Ruleset]) -> None:
        self._architecture = architecture
        self._rulesets = rulesets
        self._zones = zones(architecture)
        self._own = own_addresses(architecture)
        self._found: dict[Address, Zone | None] = {}

    def zone_of(self, address: Address) -> Zone | None:
        """The zone that an address is in, if in any."""
        if address not in self._found:
            self._found[address] = next((z for z in self._zones if any(address in p for p in z.prefixes)), None)
        return self._found[address]

    def traces(self, connection: Connection) -> tuple[Trace, ...]:
        """The connection on each way that it can take, the usual one first.

        Raises:
            RulesError: the rules are not such as the compiler writes.
        """
        return tuple(self._traces(connection))

    def usual(self, connection: Connection) -> Trace:
        """The connection on its usual way.

        Raises:
            RulesError: the rules are not such as the compiler writes.
        """
        return next(self._traces(connection))

    def _traces(self, connection: Connection) -> Iterator[Trace]:
        source, destination = self.zone_of(connection.source), self.zone_of(connection.destination)
        if source is None or destination is None or self._stays_within(source, destination, connection):
            yield Trace(connection, source, destination, ())
            return
        for hops in self.ways(connection.source, connection.destination):
            yield Trace(connection, source, destination, tuple(self._passages(connection, hops)))

    def ways(self, source: Address, destination: Address) -> Iterator[tuple[Hop, ...]]:
        """The ways that packets between two addresses can take, the usual one first; none to or from no zone."""
        ends = self.zone_of(source), self.zone_of(destination)
        if ends[0] is not None and ends[1] is not None:
            for sites in _ways(ends[0], ends[1], [site.id for site in self._architecture.sites]):
                yield tuple(self._hops(sites, source, destination))

    def _stays_within(self, source: Zone, destination: Zone, connection: Connection) -> bool:
        """Whether it is between two hosts of a segment, which no firewall stands between."""
        ends = {connection.source, connection.destination}
        return source == destination and source.vlan is not None and not ends & self._own.keys()

    def _hops(self, sites: Sequence[str], source: Address, destination: Address) -> Iterator[Hop]:
        for index, site in enumerate(sites):
            if index == 0 and self._is_own(source, site):
                yield Hop(site, None, "output")
                if len(sites) == 1 and self._is_own(destination, site):
                    yield Hop(site, self._wire(site), "input")
                continue
            iifname = self._core_link(sites[index - 1], site) if index else self._way_in(source, site)
            ends_here = index == len(sites) - 1 and self._is_own(destination, site)
            yield Hop(site, iifname, "input" if ends_here else "forward")

    def _is_own(self, address: Address, site: str) -> bool:
        """Whether firewalls of the site answer for the address."""
        zone = self.zone_of(address)
        return site in self._own.get(address, ()) or (zone is not None and zone.held_at(site))

    def _core_link(self, from_site: str, site: str) -> str | None:
        ends = link_ends(self._architecture, site, LinkKind.CORE)
        return next((name for name, other in ends if other == from_site), None)

    def _way_in(self, address: Address, site: str) -> str | None:
        """The interface by which an address's packets reach the firewalls of a site."""
        source = self.zone_of(address)
        if source is None:
            return None
        if source.vlan is not None:
            return f"v{source.vlan}"
        if source.municipality is not None:
            ends = link_ends(self._architecture, site, LinkKind.WAN)
            return next((name for name, other in ends if other == source.municipality), None)
        return self._wire(site)

    def _wire(self, site: str) -> str:
        """The interface of the transit, where a pair's firewalls meet, and the internet is."""
        transit = next(zone for zone in self._zones if zone.kind == TRANSIT and zone.site == site)
        return f"v{transit.vlan}"

    def _passages(self, connection: Connection, hops: Iterable[Hop]) -> Iterator[Passage]:
        for hop in hops:
            ruleset = self._rulesets[hop.site]
            packet = Packet(
                connection.source, connection.destination, connection.protocol, connection.port, hop.iifname
            )
            if hop.iifname is not None:
                sender = verdict(ruleset, "prerouting", packet)
                if not sender.accepted:
                    yield Passage(hop, "prerouting", sender, "")
                    return
            decided = verdict(ruleset, hop.hook, packet)
            chain = ruleset.chains[decided.rule.chain] if decided.rule else None
            yield Passage(hop, hop.hook, decided, chain.comment.partition(":")[0] if chain else "")
            if not decided.accepted:
                return


def _ways(source: Zone, destination: Zone, sites: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """From the first site that has the source, where its gateway is as a rule; over a third where a link is cut.

    A site that has the destination too delivers it, or hands it to the site that holds its gateway.
    """
    pairs = [(entry, leave) for entry in source.sites for leave in destination.sites]
    pairs.sort(key=lambda pair: (source.sites.index(pair[0]), pair[0] != pair[1]))
    yield from ((entry,) if entry == leave else (entry, leave) for entry, leave in pairs)
    apart = [pair for pair in pairs if pair[0] != pair[1]]
    yield from ((entry, third, leave) for entry, leave in apart for third in sites if third not in {entry, leave})


def own_addresses(architecture: Architecture) -> Mapping[Address, frozenset[str]]:
    """The addresses that firewalls answer for, the gateways among them, with the sites of those firewalls."""
    found: dict[Address, set[str]] = {}
    for host in (host for host in architecture.hosts if host.role is HostRole.FIREWALL):
        for interface in host_interfaces(host, architecture.plan, architecture.sites):
            found.setdefault(interface.ipv4.ip, set()).add(host.site)
            found.setdefault(interface.ipv6.ip, set()).add(host.site)
    for segment in architecture.segments:
        for gateway in (segment.gateway4, segment.gateway6):
            found.setdefault(gateway, set()).update(segment.spans)
    return {address: frozenset(sites) for address, sites in found.items()}
