"""The fabric between sites and municipalities: loopbacks, point-to-point links, service addresses (NET-1, NET-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from pydantic import Field

from reference.model import Model
from reference.municipality import Municipality
from reference.site import Site
from reference.space import FABRIC, Space

LINKS_OFFSET, SERVICES_OFFSET = 128 << 8, 64 << 8
"""Where links and service addresses start in the fabric's /16; loopbacks are before both."""

LOOPBACKS6, LINKS6, SERVICES6 = 0, 1, 2
"""Numbers of the fabric's /64s."""

WAN_LINKS = 1000
"""Link numbers of WAN links start here, sixteen for each municipality number."""


class LinkKind(StrEnum):
    """What a link joins: two sites, or a municipality and a site."""

    CORE = "core"
    WAN = "wan"


class Loopback(Model):
    """A router's own address: /32 and /128."""

    device: str
    place: str
    ipv4: IPv4Address
    ipv6: IPv6Address


class Link(Model):
    """A point-to-point link: /31 (RFC 3021) and /127 (RFC 6164); the first address is `a`'s.

    Two links with the same ends never share a `path`, the way that the fibre takes.
    """

    name: str
    number: int
    kind: LinkKind
    a: str
    b: str
    path: str
    ipv4: IPv4Network
    ipv6: IPv6Network


class ServiceAddress(Model):
    """An address of a service that either zone can answer."""

    name: str
    ipv4: IPv4Address
    ipv6: IPv6Address


class Fabric(Model):
    """All of it; `ipv4` is the range that it is numbered from."""

    ipv4: IPv4Network
    loopbacks: tuple[Loopback, ...]
    links: tuple[Link, ...]
    services: tuple[ServiceAddress, ...]

    @property
    def places(self) -> Mapping[str, str]:
        """The site or municipality that each device stands in."""
        return {loopback.device: loopback.place for loopback in self.loopbacks}


class CoreDevice(Model):
    """A router of a site; `number` is its place among the site's loopbacks."""

    name: str
    site: str
    number: int = Field(ge=1, le=254)


class CoreLink(Model):
    """A link between two core devices."""

    number: int = Field(ge=1, lt=WAN_LINKS)
    a: str
    b: str
    path: str


class WanLink(Model):
    """A link that every municipality has: from its edge with this number to a core device."""

    number: int = Field(ge=1, le=15)
    to: str
    path: str


class NumberedService(Model):
    """A service address and its place."""

    name: str
    number: int = Field(ge=1, le=254)


class FabricPlan(Model):
    """The file `links.yaml`."""

    core_devices: tuple[CoreDevice, ...]
    core: tuple[CoreLink, ...]
    wan: tuple[WanLink, ...]
    services: tuple[NumberedService, ...]

    def build(self, space: Space, sites: Sequence[Site], municipalities: Sequence[Municipality]) -> Fabric:
        """The fabric's addresses out of `space`."""
        number_of = {site.id: site.number for site in sites}
        loopbacks = [_loopback(space, d.name, d.site, number_of[d.site], d.number) for d in self.core_devices]
        links = [_link(space, link.number, LinkKind.CORE, link.a, link.b, link.path) for link in self.core]
        for m in municipalities:
            for wan in self.wan:
                edge, number = f"{m.code}-edge-{wan.number:02}", WAN_LINKS + 16 * m.number + wan.number
                loopbacks.append(_loopback(space, edge, m.id, 16 + m.number, wan.number))
                links.append(_link(space, number, LinkKind.WAN, edge, wan.to, wan.path))
        return Fabric(
            ipv4=space.block4(FABRIC, 0, 16),
            loopbacks=tuple(loopbacks),
            links=tuple(links),
            services=tuple(_service(space, s) for s in self.services),
        )


def _loopback(space: Space, device: str, place: str, octet: int, number: int) -> Loopback:
    host = (octet << 8) + number
    return Loopback(
        device=device,
        place=place,
        ipv4=space.block4(FABRIC, host, 32).network_address,
        ipv6=space.subnet6(FABRIC, LOOPBACKS6).network_address + host,
    )


def _link(space: Space, number: int, kind: LinkKind, a: str, b: str, path: str) -> Link:
    first = 2 * number
    return Link(
        name=f"{a}--{b}",
        number=number,
        kind=kind,
        a=a,
        b=b,
        path=path,
        ipv4=space.block4(FABRIC, LINKS_OFFSET + first, 31),
        ipv6=IPv6Network((space.subnet6(FABRIC, LINKS6).network_address + first, 127)),
    )


def _service(space: Space, service: NumberedService) -> ServiceAddress:
    return ServiceAddress(
        name=service.name,
        ipv4=space.block4(FABRIC, SERVICES_OFFSET + service.number, 32).network_address,
        ipv6=space.subnet6(FABRIC, SERVICES6).network_address + service.number,
    )
