"""The matrix of packets: which cells there are, what the rules say of each, and what became of it between hosts."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from lab.hosts.hosts import Hosts
from network.policy.flow import Service
from network.policy.path import Connection
from operations.flow_policy import ProvedPolicy
from reference.handover import Handover, HandoverHost
from reference.host import HostRole
from reference.interface import Interface

SCRIPT = Path(__file__).with_name("packets.py")
UNDECLARED: Mapping[str, tuple[int, ...]] = {"tcp": (23, 4444), "udp": (69, 9999)}
"""Ports that no service has: telnet, tftp, and two of nobody's."""

ICMP = {4: "icmp", 6: "icmpv6"}
PLAIN, LARGE = 8, 4000
"""Bytes that a packet carries; the large go in fragments."""

IN_FRAGMENTS = {53, 69}
"""UDP ports that get large datagrams as well: of a service, whose answers may be such (RFC 6891), and of nobody's."""

LONGEST = 300
"""Seconds after which a sender counts as stuck."""


@dataclass(frozen=True)
class End:
    """A host by one of its interfaces; `first` says that it is the one that the host's default route goes by."""

    host: str
    segment: str
    zone: str
    ipv4: IPv4Address
    ipv6: IPv6Address
    first: bool


@dataclass(frozen=True)
class Cell:
    """A packet that is sent: from an end to an end, by protocol and port (ICMP has none), in one of the families."""

    source: End
    destination: End
    protocol: str
    port: int
    family: int
    size: int = PLAIN

    @property
    def connection(self) -> Connection:
        """It as the rules see it."""
        own, other = (end.ipv4 if self.family == 4 else end.ipv6 for end in (self.source, self.destination))
        return Connection(own, other, self.protocol, self.port or None)

    def __str__(self) -> str:
        ends = f"{self.source.host} ({self.source.segment}) to {self.destination.host} ({self.destination.segment})"
        return f"{ends}, {self.protocol} {self.port or 'echo'}, {self.size} bytes, IPv{self.family}"


def ends(handover: Handover) -> tuple[End, ...]:
    """The ends of a handover: in each segment the first host that is no firewall."""
    zones = {segment.name: segment.zone for segment in handover.segments}
    first: dict[str, End] = {}
    for host in handover.hosts:
        for interface in host.interfaces if host.role != HostRole.FIREWALL else ():
            first.setdefault(interface.network, _end(host, interface, zones[interface.network]))
    return tuple(first.values())


def ports(services: Iterable[Service]) -> dict[str, list[int]]:
    """The first port of each range that a service has, and the undeclared, by protocol."""
    found = {protocol: {*numbers} for protocol, numbers in UNDECLARED.items()}
    for service in services:
        for protocol, ranges in service.ports.items():
            found[protocol] |= {first for first, _ in ranges}
    return {protocol: sorted(numbers) for protocol, numbers in found.items()}


def cells(every: Sequence[End], numbers: Mapping[str, Iterable[int]]) -> Iterator[Cell]:
    """All cells between ends in different segments: ICMP echoes, and all ports in `numbers`, by protocol.

    A second interface speaks with its like only: all else leaves a host by its first.
    """
    for source in every:
        for destination in every:
            like = source.zone == destination.zone or (source.first and destination.first)
            if source.host == destination.host or source.segment == destination.segment or not like:
                continue
            for family, icmp in ICMP.items():
                yield from (Cell(source, destination, icmp, 0, family, size) for size in (PLAIN, LARGE))
                for protocol, wanted in numbers.items():
                    yield from (Cell(source, destination, protocol, port, family) for port in wanted)
                large = IN_FRAGMENTS.intersection(numbers["udp"])
                yield from (Cell(source, destination, "udp", port, family, LARGE) for port in sorted(large))


def expected(policy: ProvedPolicy, wanted: Iterable[Cell]) -> dict[Cell, bool]:
    """Whether the compiled rules let each cell pass, on its usual way."""
    return {cell: policy.paths.usual(cell.connection).accepted for cell in wanted}


def sent(hosts: Hosts, right: Mapping[Cell, bool], numbers: Mapping[str, list[int]]) -> dict[Cell, str]:
    """Send all cells of `right` between the lab's hosts at the same time; what became of each (see packets.py).

    So many at once may be more than a busy machine answers in time: what may pass and was silent is sent again, by
    itself. What may not pass gets no second chance to be silent. How much a network loses is for the drills to measure.
    """
    with listening(hosts, sorted({cell.destination.host for cell in right}), numbers):
        became = _send_all(hosts, right)
        return became | _send_all(hosts, [cell for cell, said in became.items() if right[cell] and said == "silent"])


@contextmanager
def listening(hosts: Hosts, names: Iterable[str], numbers: Mapping[str, list[int]]) -> Iterator[None]:
    """Until the end of it hosts answer on all ports of `numbers`, by protocol; then they are as they were."""
    with ExitStack() as open_ports:
        for process in [_start(hosts, name, numbers) for name in names]:
            open_ports.enter_context(_listening(process))
        yield


def _send_all(hosts: Hosts, wanted: Iterable[Cell]) -> dict[Cell, str]:
    """What became of each cell; every host sends its own at the same time."""
    by_host: dict[str, list[Cell]] = {}
    for cell in wanted:
        by_host.setdefault(cell.source.host, []).append(cell)
    with ThreadPoolExecutor(max(len(by_host), 1)) as pool:
        answers = pool.map(lambda name: _send(hosts, name, by_host[name]), by_host)
        return {cell: answer for own in answers for cell, answer in own.items()}


def _end(host: HandoverHost, interface: Interface, zone: str) -> End:
    first = interface == host.interfaces[0]
    return End(host.name, interface.network, zone, interface.ipv4.ip, interface.ipv6.ip, first)


def _words(hosts: Hosts, name: str, *arguments: str) -> list[str]:
    script = shlex.join(["sudo", "python3", "-c", SCRIPT.read_text(encoding="utf-8"), *arguments])
    return [*hosts.ssh_command(name), script]


def _start(hosts: Hosts, name: str, numbers: Mapping[str, list[int]]) -> subprocess.Popen[str]:
    words = _words(hosts, name, "listen", json.dumps(numbers))
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def _listening(process: subprocess.Popen[str]) -> Iterator[None]:
    """Until the end of it the host listens; then it is as it was."""
    try:
        assert process.stdout is not None
        ready = process.stdout.readline().strip()
        assert ready == "ready", f"a host does not listen: {process.communicate(timeout=30)[1]}"
        yield
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0, "a host could not take its listener away"


def _send(hosts: Hosts, name: str, own: Sequence[Cell]) -> dict[Cell, str]:
    listed = [
        [str(way.source), str(way.destination), cell.protocol, cell.port, cell.size]
        for cell, way in ((cell, cell.connection) for cell in own)
    ]
    done = subprocess.run(
        _words(hosts, name, "send"), input=json.dumps(listed), capture_output=True, text=True, check=False,
        timeout=LONGEST,
    )  # fmt: skip
    if done.returncode != 0:
        return dict.fromkeys(own, f"not sent: {done.stderr.strip()}")
    return dict(zip(own, json.loads(done.stdout), strict=True))
