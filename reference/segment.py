"""Segments: what kinds there are, and one segment as planned (FW-1, FW-2, SEP-1)."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from pydantic import Field

from reference.model import Model


class Scope(StrEnum):
    """Whose a segment is: one site's, everybody's, or one municipality's."""

    SITE = "site"
    SHARED = "shared"
    MUNICIPALITY = "municipality"


class SegmentKind(Model):
    """A kind of segment; `number` is its place in VLAN ids and prefixes, unique within its scope.

    `hosts` is the number of addresses needed today (a municipality's kinds take the server figure instead);
    `sites` only goes with site kinds.
    """

    id: str = Field(pattern=r"^[a-z][a-z-]{1,20}$")
    number: int = Field(ge=1, le=99)
    zone: str
    purpose: str
    hosts: int = Field(default=0, ge=0)
    sites: tuple[str, ...] = ()


class SegmentKinds(Model):
    """All kinds of segment, by scope."""

    site: tuple[SegmentKind, ...]
    shared: tuple[SegmentKind, ...]
    municipality: tuple[SegmentKind, ...]


class Sizing(Model):
    """Why a subnet is as long as it is: hosts today, growth (share), reserve and what that needs (addresses)."""

    hosts: int
    growth: float
    reserve: int
    needed: int
    prefix: int

    @property
    def text(self) -> str:
        """The arithmetic in one line."""
        return (
            f"{self.hosts} hosts x {1 + self.growth:.2f} + {self.reserve} reserve = {self.needed} addresses "
            f"-> /{self.prefix} ({2 ** (32 - self.prefix) - 2} usable)"
        )


class Segment(Model):
    """One segment as planned.

    `block` is the IPv4 range kept for its growth, of which `ipv4` is the first part in use. `zone` is its
    security zone; `spans` names the sites where it must exist (none for networks at a municipality's own
    premises).
    """

    name: str
    vlan: int
    ipv4: IPv4Network
    ipv6: IPv6Network
    block: IPv4Network
    scope: Scope
    zone: str
    purpose: str
    site: str | None = None
    municipality: str | None = None
    tier: str | None = None
    spans: tuple[str, ...] = ()
    sizing: Sizing

    @property
    def gateway4(self) -> IPv4Address:
        """The address that the firewall pair holds in common: the first host."""
        return self.ipv4.network_address + 1

    @property
    def gateway6(self) -> IPv6Address:
        """The IPv6 address that the firewall pair holds in common: the first host."""
        return self.ipv6.network_address + 1

    @property
    def last_number(self) -> int:
        """The highest host number that has an address here."""
        return int(self.ipv4.num_addresses) - 2

    def address4(self, number: int) -> IPv4Address:
        """The IPv4 address of host `number`."""
        return self.ipv4.network_address + number

    def address6(self, number: int) -> IPv6Address:
        """The IPv6 address of host `number`; the same number as in IPv4, so that one tells the other."""
        return self.ipv6.network_address + number
