"""The two supernets, cut into numbered places; every prefix is a function of explicit numbers, never of order."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from netaddr import IPNetwork

from reference.errors import ArchitectureError

IPV4_SUPERNET = IPv4Network("10.64.0.0/10")
"""RFC 1918 space away from what municipalities use most (10.0/16, 10.10/16, 192.168/16); overridable per stack."""

IPV6_SUPERNET = IPv6Network("fd6b:7a41:92e5::/48")
"""A unique local prefix; its 40-bit global id was drawn at random once (RFC 4193, section 3.2); overridable."""

LONGEST_IPV4, LONGEST_IPV6 = 10, 48
"""The plan needs 64 /16s and 65,536 /64s."""

FABRIC, SHARED = 0, 15
"""Indexes (of /16s) outside the sites' 1 to 14."""

SERVERS, CLIENTS, DEVICES = 1, 2, 3
"""Groups of sixteen /16s, one for each municipality number 1 to 15."""


class Space:
    """The place of each prefix: index 0-63 of a /16 in IPv4, and of 256 /64s in IPv6.

    Raises:
        ArchitectureError: a supernet is too small for the plan.
    """

    def __init__(self, ipv4: IPv4Network = IPV4_SUPERNET, ipv6: IPv6Network = IPV6_SUPERNET) -> None:
        if ipv4.prefixlen > LONGEST_IPV4:
            raise ArchitectureError(
                f"`ggvv:ipv4_supernet`: found {ipv4}; right is a /{LONGEST_IPV4} or shorter; choose a larger prefix"
            )
        if ipv6.prefixlen > LONGEST_IPV6:
            raise ArchitectureError(
                f"`ggvv:ipv6_supernet`: found {ipv6}; right is a /{LONGEST_IPV6} or shorter; choose a larger prefix"
            )
        self.ipv4, self.ipv6 = IPNetwork(str(ipv4)), IPNetwork(str(ipv6))

    def block4(self, index: int, offset: int, prefix: int) -> IPv4Network:
        """The IPv4 prefix of length `prefix` that starts `offset` addresses into the /16 with this index."""
        return IPv4Network((self.ipv4.first + (index << 16) + offset, prefix))

    def subnet6(self, index: int, number: int) -> IPv6Network:
        """The /64 with subnet id index * 256 + number."""
        return IPv6Network((self.ipv6.first + ((index * 256 + number) << 64), 64))

    @staticmethod
    def index(group: int, number: int) -> int:
        """The index of the /16 that municipality `number` has in `group`."""
        return group * 16 + number
