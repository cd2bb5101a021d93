"""Addresses in classes that no rule and no zone tells apart, so that one packet of a class stands for all of them.

A proof over all pairs of classes is a proof over all pairs of addresses: nothing is sampled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from network.policy.ruleset import Interval
from network.policy.zone import Zone

LAST = {4: 2**32 - 1, 6: 2**128 - 1}


@dataclass(frozen=True)
class Atom:
    """A class of addresses: one of them, the zones that they are in, the rules that match them as one bit each."""

    address: IPv4Address | IPv6Address
    zones: frozenset[str]
    rules: int


def atoms(zones: Iterable[Zone], intervals: Sequence[Sequence[Interval] | None], family: int) -> tuple[Atom, ...]:
    """The classes of one family.

    `intervals` gives for each rule the addresses that it matches, None for all of them.
    """
    spans = [(zone.name, span) for zone in zones for span in _spans(zone, family)]
    cuts = sorted(
        {0}
        | {cut for _, span in spans for cut in _cuts(span)}
        | {cut for ranges in intervals for span in ranges or () for cut in _cuts(span)}
    )
    cuts = [cut for cut in cuts if cut <= LAST[family]]
    names: list[set[str]] = [set() for _ in cuts]
    for name, span in spans:
        for index in _covered(cuts, span):
            names[index].add(name)
    masks = [sum(1 << number for number, ranges in enumerate(intervals) if ranges is None)] * len(cuts)
    for number, ranges in enumerate(intervals):
        for span in ranges or ():
            for index in _covered(cuts, span):
                masks[index] |= 1 << number
    address = IPv4Address if family == 4 else IPv6Address  # noqa: PLR2004 - the family
    first = {(frozenset(n), mask): cut for cut, n, mask in reversed([*zip(cuts, names, masks, strict=True)])}
    return tuple(Atom(address(cut), n, mask) for (n, mask), cut in first.items())


def _spans(zone: Zone, family: int) -> list[Interval]:
    prefixes = zone.ipv4 if family == 4 else zone.ipv6  # noqa: PLR2004 - the family
    return [(int(prefix.network_address), int(prefix.broadcast_address)) for prefix in prefixes]


def _cuts(span: Interval) -> Interval:
    """Where a class begins: with the first address, and behind the last."""
    return span[0], span[1] + 1


def _covered(cuts: Sequence[int], span: Interval) -> range:
    return range(bisect_right(cuts, span[0]) - 1, bisect_right(cuts, span[1]))
