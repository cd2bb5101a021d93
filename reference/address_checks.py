"""What must hold of an address plan; all checks are linear but for sorting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from itertools import pairwise

from reference.addressing import LARGEST_VLAN, AddressPlan
from reference.host import EsxiHost, Host
from reference.segment import Segment

Named = tuple[str, IPv4Network | IPv6Network]


def findings(plan: AddressPlan) -> Iterator[str]:
    """Everything that is wrong with the plan itself, a sentence each."""
    networks = plan.networks
    yield from _overlaps([*((_in_use(s), s.block) for s in networks), ("fabric", plan.fabric.ipv4)])
    yield from _overlaps([(s.name, s.ipv6) for s in networks])
    yield from _vlans(networks)
    yield from _too_small(plan.segments)
    yield from _overlaps([(link.name, link.ipv4) for link in plan.fabric.links])
    yield from _overlaps([(link.name, link.ipv6) for link in plan.fabric.links])


def _in_use(segment: Segment) -> str:
    """Its name, and what of its block is in use where the rest is kept for growth."""
    return (
        segment.name if segment.ipv4 == segment.block else f"{segment.name}, in use {segment.ipv4}, the rest for growth"
    )


def _overlaps(named: Sequence[Named]) -> Iterator[str]:
    """Sort by first address, then look at neighbours: what overlaps anything overlaps the widest before it."""
    if not named:
        return
    ordered = sorted(named, key=lambda n: (int(n[1].network_address), n[1].prefixlen))
    widest = ordered[0]
    for current in ordered[1:]:
        if int(current[1].network_address) <= int(widest[1].broadcast_address):
            yield (
                f"`ggvv:segments`: the prefix {current[1]} ({current[0]}) overlaps {widest[1]} ({widest[0]}); "
                "right is a prefix of its own; correct one of the two"
            )
        if int(current[1].broadcast_address) > int(widest[1].broadcast_address):
            widest = current


def _vlans(networks: Sequence[Segment]) -> Iterator[str]:
    for segment in networks:
        if not 1 <= segment.vlan <= LARGEST_VLAN:
            yield (
                f"`ggvv:segments.{segment.name}.vlan`: found {segment.vlan}; "
                f"right is 1 to {LARGEST_VLAN} (IEEE 802.1Q); correct the value"
            )
    for one, other in pairwise(sorted(networks, key=lambda s: s.vlan)):
        if one.vlan == other.vlan:
            yield (
                f"`ggvv:segments.{other.name}.vlan`: VLAN id {other.vlan} is used by '{one.name}' as well; "
                "right is an id of its own; correct one of the two"
            )


def _too_small(segments: Iterable[Segment]) -> Iterator[str]:
    for segment in segments:
        if segment.ipv4.num_addresses - 2 < segment.sizing.needed:
            yield (
                f"`ggvv:segments.{segment.name}.ipv4`: the prefix {segment.ipv4} is too small for its hosts: it holds "
                f"{max(0, segment.ipv4.num_addresses - 2)}, needed are {segment.sizing.needed} "
                f"({segment.sizing.text}); right is /{segment.sizing.prefix} or shorter; choose a larger prefix"
            )
        elif segment.ipv4.prefixlen < segment.block.prefixlen:
            yield (
                f"{segment.name}: {segment.sizing.text} does not fit into its block {segment.block}; "
                "lower the figure or give the segment another prefix in `ggvv:segments`"
            )
        if segment.ipv6.prefixlen != 64:  # noqa: PLR2004 - RFC 4291, section 2.5.1
            yield (
                f"`ggvv:segments.{segment.name}.ipv6`: found {segment.ipv6}; right is a /64 (RFC 4291); "
                "correct the prefix"
            )


def host_findings(plan: AddressPlan, hosts: Sequence[Host], esxi: Sequence[EsxiHost]) -> Iterator[str]:
    """Hosts whose number has no address in their segment, and addresses that two hosts claim."""
    segments = {segment.name: segment for segment in plan.segments}
    claimed: dict[object, str] = {}
    places = [(h.name, h.segment, h.number, h.ipv4) for h in hosts]
    places += [(e.name, f"{e.site}-management", e.number, e.ipv4) for e in esxi]
    for name, segment_name, number, address in places:
        segment = segments[segment_name]
        if address not in segment.ipv4 or number > segment.last_number:
            yield (
                f"`ggvv:segments.{segment_name}.ipv4`: the prefix {segment.ipv4} is too small for its hosts: '{name}' "
                f"has number {number}, and the last is {segment.last_number}; choose a larger prefix"
            )
        if (other := claimed.setdefault(address, name)) != name:
            yield f"{name}: the address {address} is {other}'s as well; give one of them another number in hosts.yaml"
