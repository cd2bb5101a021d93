"""What is plugged into what: pure functions from the handover to lines for `ip -batch`.

One bridge for each segment and site, and one for each link between sites; each host hangs on them by veth pairs. A
segment at two sites is two bridges with a line between them, so that a cut separates its halves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lab.hosts.names import Names, bridge, joint, mac, port
from reference.handover import Handover, HandoverHost, HandoverSegment
from reference.interface import Interface, InterfaceKind

SWITCH = "type bridge forward_delay 0 mcast_snooping 0"
"""A bridge that forwards at once, neighbour discovery (multicast) included."""


@dataclass(frozen=True)
class Line:
    """What can be cut: the devices whose going down cuts it, and the two places (sites or firewalls) that it joins."""

    name: str
    ends: tuple[str, str]
    sites: tuple[str, str]
    devices: tuple[str, ...]


@dataclass(frozen=True)
class Wiring:
    """The cables and switches of the hosts in `handover`."""

    handover: Handover
    names: Names

    @cached_property
    def segments(self) -> dict[str, HandoverSegment]:
        """The segments by name."""
        return {segment.name: segment for segment in self.handover.segments}

    @cached_property
    def hosts(self) -> dict[str, HandoverHost]:
        """The hosts by name."""
        return {host.name: host for host in self.handover.hosts}

    @cached_property
    def switches(self) -> list[str]:
        """All bridges, in a fixed order."""
        return sorted({self.bridge_of(host, i) for host in self.handover.hosts for i in cabled(host)})

    def bridge_of(self, host: HandoverHost, interface: Interface) -> str:
        """The bridge that a host's interface is plugged into; a link's has the link's own name."""
        segment = self.segments.get(interface.network)
        return bridge(segment.vlan, host.site) if segment else interface.name

    def joints(self, segment: HandoverSegment) -> list[tuple[str, str]]:
        """The pairs of sites between which the segment has a line: those that have it, in a row."""
        return list(pairwise(site for site in segment.sites if bridge(segment.vlan, site) in self.switches))

    def fabric(self) -> list[str]:
        """All bridges, and the lines between the halves of segments."""
        lines = ["link set lo up"]
        for name in self.switches:
            lines += [f"link add {name} {SWITCH}", f"link set {name} up"]
        for segment in self.handover.segments:
            for one, other in self.joints(segment):
                near, far = joint(segment.vlan, one, other), joint(segment.vlan, other, one)
                lines.append(f"link add {near} type veth peer name {far}")
                lines.append(f"link set {near} master {bridge(segment.vlan, one)} up")
                lines.append(f"link set {far} master {bridge(segment.vlan, other)} up")
        return lines

    def plug(self, host: HandoverHost) -> list[str]:
        """The host's cables, from the fabric's side."""
        namespace = self.names.host(host.name)
        return [
            line
            for i in cabled(host)
            for line in cable(port(i.ipv4.ip), self.bridge_of(host, i), i.name, mac(i.ipv4.ip), namespace)
        ]

    def unplug(self, host: HandoverHost) -> list[str]:
        """The lines that take the host's cables away."""
        return [f"link del {port(i.ipv4.ip)}" for i in cabled(host)]

    def addresses(self, host: HandoverHost) -> list[str]:
        """Inside the host's namespace: its addresses and its way out."""
        lines = ["link set lo up"]
        for i in host.interfaces:
            lines += [f"addr add {i.ipv4} dev {i.name}", f"addr add {i.ipv6} dev {i.name} nodad"]
            lines.append(f"link set {i.name} up")
        return lines + (self._ways_out(host) if host.role != "firewall" else [])

    def _ways_out(self, host: HandoverHost) -> list[str]:
        """A default route by the first interface; by each other one, routes to its like at other sites.

        So storage traffic between sites stays on the storage segments, as sources and firewalls expect.
        """
        first, *others = (self.segments[i.network] for i in cabled(host))
        lines = [f"route add default via {first.gateway4}", f"route add default via {first.gateway6}"]
        for own in others:
            for far in self.handover.segments:
                if far.zone == own.zone and far != own:
                    lines.append(f"route add {far.ipv4} via {own.gateway4}")
                    lines.append(f"route add {far.ipv6} via {own.gateway6}")
        return lines

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Everything that can be cut."""
        links = [self._link_line(link.name) for link in self.handover.links if self._plugged(link.name)]
        joints = [
            Line(segment.name, (one, other), (one, other), (joint(segment.vlan, one, other),))
            for segment in self.handover.segments
            for one, other in self.joints(segment)
        ]
        return (*(line for line in links if line is not None), *joints)

    def _plugged(self, network: str) -> list[tuple[HandoverHost, Interface]]:
        return [(host, i) for host in self.handover.hosts for i in host.interfaces if i.network == network]

    def _link_line(self, name: str) -> Line | None:
        """A link with both its ends here; a cut takes the carrier away at both, as a cut fibre does."""
        ends = self._plugged(name)
        if len(ends) != 2:  # noqa: PLR2004 - a link has two ends; a municipality's edge is not among the hosts
            return None
        (a, at_a), (b, at_b) = ends
        return Line(name, (a.name, b.name), (a.site, b.site), (port(at_a.ipv4.ip), port(at_b.ipv4.ip)))


def cabled(host: HandoverHost) -> list[Interface]:
    """The interfaces that a cable leads to."""
    return [interface for interface in host.interfaces if interface.kind is not InterfaceKind.LOOPBACK]


def cable(near: str, switch: str, far: str, address: str, namespace: str) -> list[str]:
    """A veth pair: `near` in a bridge, `far` in another namespace with the hardware address `address`."""
    return [
        f"link add {near} type veth peer name {far} address {address} netns {namespace}",
        f"link set {near} master {switch} up",
    ]


def between(lines: Iterable[Line], a: str, b: str | None) -> list[Line]:
    """The lines that `a` and `b` name: two sites, two firewalls, or (without `b`) a link or segment by its name."""
    if b is None:
        return [line for line in lines if line.name == a]
    return [line for line in lines if {a, b} in ({*line.ends}, {*line.sites})]
