"""Listeners: what each kind of host listens on, and from where it may be reached (FW-1, FW-2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from pydantic import Field

from reference.data import FOLDER, load
from reference.errors import refuse
from reference.fabric import LinkKind
from reference.handover import Handover
from reference.host import HostRole
from reference.interface import InterfaceKind
from reference.model import Model
from reference.sign_in import is_member, load_sign_ins

EVERY = "every"
"""Stands for each role, or for each segment of the environment."""

NEIGHBOURS = "neighbours"
"""Stands for the wires that firewalls share, where they speak with each other: transits and links between sites."""

MEMBERS = "members"
"""Stands for the segments in which hosts of the domain stand (sign-ins.yaml)."""

TRANSIT = "transit"
"""The zone of the firewalls' own addresses."""


class Listener(Model):
    """A service on a port (`22`) or a range of ports (`5405-5412`), reachable from the zones in `sources`."""

    id: str = Field(pattern=r"^LIS-[A-Z0-9-]+$")
    role: str
    service: str
    protocol: Literal["tcp", "udp"]
    ports: str = Field(pattern=r"^[0-9]{1,5}(-[0-9]{1,5})?$", description="a port or a range such as 5405-5412")
    sources: tuple[str, ...] = Field(alias="from", min_length=1)
    reason: str
    requirement: str

    @property
    def first(self) -> int:
        """The lowest port."""
        return int(self.ports.partition("-")[0])

    @property
    def last(self) -> int:
        """The highest port."""
        return int(self.ports.rpartition("-")[2])


class Opening(Model):
    """A listener with its sources as prefixes: one line of a host's firewall."""

    id: str
    service: str
    protocol: str
    ports: str
    ipv4: tuple[IPv4Network, ...]
    ipv6: tuple[IPv6Network, ...]
    reason: str


def load_listeners(folder: Path = FOLDER) -> tuple[Listener, ...]:
    """The listeners of `listeners.yaml`.

    Raises:
        ArchitectureError: not such a list, an id given twice, or a range of ports that runs backwards.
    """
    listeners = load("listeners.yaml", tuple[Listener, ...], folder)
    refuse(_findings(listeners))
    return listeners


def listeners_of(role: str, listeners: Iterable[Listener]) -> tuple[Listener, ...]:
    """What a host of `role` listens on: what every host does, and its own."""
    return tuple(listener for listener in listeners if listener.role in {EVERY, role})


def openings(role: str, listeners: Iterable[Listener], handover: Handover) -> tuple[Opening, ...]:
    """The firewall openings of a host of `role`.

    Raises:
        ArchitectureError: a listener names a zone that no segment has.
    """
    known = {segment.zone for segment in handover.segments}
    wanted = listeners_of(role, listeners)
    refuse(
        f"listeners.yaml: {listener.id} may be reached from zone '{zone}', which no segment has; "
        f"right is {EVERY}, {MEMBERS}, {NEIGHBOURS} or one of {', '.join(sorted(known))}"
        for listener in wanted
        for zone in listener.sources
        if zone not in known | {EVERY, MEMBERS, NEIGHBOURS}
    )
    members = member_segments(handover)
    return tuple(_opening(listener, handover, members) for listener in wanted)


def every_prefix(handover: Handover) -> tuple[tuple[IPv4Network, ...], tuple[IPv6Network, ...]]:
    """All prefixes that hosts of the environment speak from, IPv4 and IPv6.

    The segments; and of the firewalls, which answer for themselves too, the links between sites and the loopbacks.
    """
    loopbacks = [i for host in handover.hosts for i in host.interfaces if i.kind is InterfaceKind.LOOPBACK]
    links = [link for link in handover.links if link.kind is LinkKind.CORE]
    ipv4 = [*(s.ipv4 for s in handover.segments), *(li.ipv4 for li in links), *(lo.ipv4.network for lo in loopbacks)]
    ipv6 = [*(s.ipv6 for s in handover.segments), *(li.ipv6 for li in links), *(lo.ipv6.network for lo in loopbacks)]
    return tuple(ipv4), tuple(ipv6)


def member_segments(handover: Handover) -> frozenset[str]:
    """The names of the segments by which hosts of the domain and its controllers are reached."""
    lines = load_sign_ins()
    members = [host for host in handover.hosts if host.role == HostRole.IDENTITY or is_member(host, lines)]
    return frozenset(s.name for s in handover.segments if any(host.ipv4 in s.ipv4 for host in members))


def _opening(listener: Listener, handover: Handover, members: frozenset[str]) -> Opening:
    named = {*listener.sources, *(members if MEMBERS in listener.sources else ())}
    segments = [segment for segment in handover.segments if named & {segment.zone, segment.name}]
    ipv4, ipv6 = tuple(segment.ipv4 for segment in segments), tuple(segment.ipv6 for segment in segments)
    if EVERY in listener.sources:
        ipv4, ipv6 = every_prefix(handover)
    if NEIGHBOURS in listener.sources:
        ipv4, ipv6 = _wires(handover)
    return Opening(
        id=listener.id,
        service=listener.service,
        protocol=listener.protocol,
        ports=listener.ports,
        ipv4=ipv4,
        ipv6=ipv6,
        reason=listener.reason,
    )


def _wires(handover: Handover) -> tuple[tuple[IPv4Network, ...], tuple[IPv6Network, ...]]:
    """The prefixes of the wires that firewalls share."""
    transits = [segment for segment in handover.segments if segment.zone == TRANSIT]
    links = [link for link in handover.links if link.kind is LinkKind.CORE]
    ipv4 = (*(transit.ipv4 for transit in transits), *(link.ipv4 for link in links))
    return ipv4, (*(transit.ipv6 for transit in transits), *(link.ipv6 for link in links))


def _findings(listeners: Sequence[Listener]) -> Iterable[str]:
    seen: set[str] = set()
    for listener in listeners:
        if listener.id in seen:
            yield f"listeners.yaml: the id {listener.id} is given twice; give the second one its own"
        seen.add(listener.id)
        if not 1 <= listener.first <= listener.last <= 65535:  # noqa: PLR2004 - the highest port there is
            yield (
                f"listeners.yaml: {listener.id} has ports {listener.ports}; right is a port from 1 to 65535, "
                "or a range from the lower to the higher"
            )
