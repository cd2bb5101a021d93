"""The proof that what the policy allows also gets there: on every way, each site lets its sender in (NET-1, FW-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from network.policy.intention import Cell
from network.policy.path import Address, Paths
from network.policy.reachability import Packet, verdict
from network.policy.ruleset import Ruleset
from network.policy.zone import Zone
from reference.architecture import Architecture

A_HOST = 16
"""A number that is no firewall's and no gateway's, in every segment."""


def way_findings(
    architecture: Architecture, rulesets: Mapping[str, Ruleset], zones: Iterable[Zone], cells: Iterable[Cell]
) -> Iterator[str]:
    """One sentence for each site, interface and zone that an allowed flow comes by, and is dropped as forged."""
    paths, known = Paths(architecture, rulesets), {zone.name: zone for zone in zones}
    asked: set[tuple[str, str, str]] = set()
    for source, destination in cells:
        if source == destination:
            continue
        for sender, target in zip(_hosts(known[source]), _hosts(known[destination]), strict=True):
            for hop in (hop for way in paths.ways(sender, target) for hop in way):
                if hop.iifname is None or hop.site not in rulesets or (hop.site, hop.iifname, str(sender)) in asked:
                    continue
                asked.add((hop.site, hop.iifname, str(sender)))
                packet = Packet(sender, target, "tcp", 1, hop.iifname)
                if not verdict(rulesets[hop.site], "prerouting", packet).accepted:
                    yield (
                        f"{hop.site}: senders: {hop.iifname} drops {sender} ({source}) on its way to {destination}; "
                        "right is that it lets it in; compile the policy anew and load that"
                    )


def _hosts(zone: Zone) -> tuple[Address, Address]:
    """A host of each family."""
    (ipv4, *_), (ipv6, *_) = zone.ipv4, zone.ipv6
    return ipv4[min(A_HOST, ipv4.num_addresses - 1)], ipv6[min(A_HOST, ipv6.num_addresses - 1)]
