"""What somebody asks about a flow: host names or addresses, and a port, found in the architecture."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from ipaddress import ip_address

from network.policy.flow import LAST_PORT
from network.policy.path import Address, Connection
from operations.errors import UserError
from reference.architecture import Architecture
from reference.interface import Interface, InterfaceKind, host_interfaces

_PORT = re.compile(r"(?P<port>\d{1,5})(/(?P<protocol>tcp|udp))?")


def connections(architecture: Architecture, source: str, destination: str, port: str) -> tuple[Connection, ...]:
    """The connections that are meant: of each pair of addresses that the two ends speak by, in both families.

    Raises:
        UserError: a name or address stands for nothing, the port is none, or the ends have no family in common.
    """
    number, protocol = _port(port)
    found = tuple(
        Connection(from_address, to_address, protocol, number)
        for from_address, to_address in _ends(_interfaces(architecture, source), _interfaces(architecture, destination))
    )
    if not found:
        raise UserError(
            f"flow {source} {destination}: found an IPv4 and an IPv6 address; right is two of one family; change one"
        )
    return found


Ends = dict[str, tuple[Address, ...]]
"""The addresses of a host by its networks; of an address alone that address."""


def _ends(sources: Ends, destinations: Ends) -> Iterator[tuple[Address, Address]]:
    """To each address from the one that is meant for it: a host speaks to its like by the interface that is like."""
    first = next(iter(sources))
    for network, addresses in destinations.items():
        kind = _kind(network)
        own = next((name for name in sources if _kind(name) == kind), first)
        for destination in addresses:
            yield from ((source, destination) for source in sources[own] if source.version == destination.version)


def _kind(network: str) -> str:
    """A segment's name without its site."""
    return re.sub(r"^dc\d-", "", network)


def _interfaces(architecture: Architecture, end: str) -> Ends:
    try:
        return {"": (ip_address(end),)}
    except ValueError:
        return _of_host(architecture, end.lower())


def _of_host(architecture: Architecture, name: str) -> Ends:
    for host in architecture.hosts:
        if host.name == name:
            interfaces = host_interfaces(host, architecture.plan, architecture.sites)
            return {i.network: (i.ipv4.ip, i.ipv6.ip) for i in interfaces if _asked_for(i, host.segments)}
    for esxi in architecture.esxi_hosts:
        if esxi.name == name:
            return {f"{esxi.site}-management": (esxi.ipv4, esxi.ipv6)}
    for server in architecture.servers:
        if server.name.lower() == name:
            return {server.segment: (server.ipv4, server.ipv6)}
    known = [host.name for host in architecture.hosts]
    known += [esxi.name for esxi in architecture.esxi_hosts]
    known += [server.name for server in architecture.servers]
    meant = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {meant[0]}?" if meant else "`ggvv plan --format json` lists them"
    raise UserError(f"flow: no host is called '{name}'; right is a host's name or an address; {hint}")


def _asked_for(interface: Interface, segments: tuple[str, ...]) -> bool:
    """A firewall stands everywhere; it is asked about by its own segment."""
    return interface.kind is InterfaceKind.SEGMENT and interface.network in segments


def _port(text: str) -> tuple[int, str]:
    found = _PORT.fullmatch(text)
    if found is None or not 1 <= int(found["port"]) <= LAST_PORT:
        raise UserError(f"flow: found port '{text}'; right is such as 443, 443/tcp or 53/udp; correct it")
    return int(found["port"]), found["protocol"] or "tcp"
