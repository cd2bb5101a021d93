"""The firewalls' own addresses on the wires that they share: who may speak VRRP, BGP, BFD and conntrackd (NET-1)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from network.policy.zone import NEIGHBOURS, TRANSIT, VRRP, VRRP_GROUPS, Zone
from reference.architecture import Architecture
from reference.fabric import LinkKind
from reference.host import HostRole
from reference.interface import Interface, InterfaceKind, host_interfaces

LINK_LOCAL = IPv6Network("fe80::/10")
"""What IPv6 routers speak from among themselves (RFC 4291, section 2.5.6); never forwarded."""


def neighbours(architecture: Architecture, site: str) -> Zone:
    """The addresses of firewalls and edges that share a wire with a firewall of `site`, its own included.

    In segments VRRP speaks from each one's IPv4 address, and in IPv6 from link-local ones (RFC 5798, section
    5.1.2.1); global IPv6 addresses are used on links and on the transit.
    """
    here = set(_wires(architecture, site))
    ipv4: list[IPv4Network] = []
    ipv6: list[IPv6Network] = [LINK_LOCAL]
    for interface in _interfaces(architecture):
        if interface.network in here and interface.kind is InterfaceKind.SEGMENT:
            ipv4.append(IPv4Network(interface.ipv4.ip))
            if interface.network == f"{site}-{TRANSIT}":
                ipv6.append(IPv6Network(interface.ipv6.ip))
    for link in architecture.links:
        if link.name in here:
            ipv4.append(link.ipv4)
            ipv6.append(link.ipv6)
    return Zone(name=NEIGHBOURS, kind=NEIGHBOURS, ipv4=tuple(ipv4), ipv6=tuple(ipv6), sites=(site,), inside=False)


def vrrp_groups() -> Zone:
    """Where the holders of gateway addresses announce themselves."""
    ipv4 = tuple(prefix for prefix in VRRP_GROUPS if isinstance(prefix, IPv4Network))
    ipv6 = tuple(prefix for prefix in VRRP_GROUPS if isinstance(prefix, IPv6Network))
    return Zone(name=VRRP, kind=VRRP, ipv4=ipv4, ipv6=ipv6, inside=False)


def _wires(architecture: Architecture, site: str) -> Iterator[str]:
    for segment in architecture.segments:
        if site in segment.spans:
            yield segment.name
    place = architecture.plan.fabric.places
    for link in architecture.links:
        if site in {place[link.a], place[link.b]}:
            yield link.name


def _interfaces(architecture: Architecture) -> Iterator[Interface]:
    for host in architecture.hosts:
        if host.role is HostRole.FIREWALL:
            yield from host_interfaces(host, architecture.plan, architecture.sites)


def link_ends(architecture: Architecture, site: str, kind: LinkKind) -> Iterator[tuple[str, str]]:
    """The links of a kind that end at `site`: interface name, and the place at the other end."""
    place = architecture.plan.fabric.places
    for link in architecture.links:
        if link.kind is kind and site in {place[link.a], place[link.b]}:
            yield f"l{link.number}", place[link.b] if place[link.a] == site else place[link.a]
