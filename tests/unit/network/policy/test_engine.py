"""The two ways to read rules agree: one packet after the other, and all addresses of a class at once."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.policy.atoms import atoms
from network.policy.flow import FlowPolicy
from network.policy.grant import every_zone, grants
from network.policy.intention import Allowed, Cell, Ports, intention
from network.policy.opened import opened
from network.policy.path import Paths
from network.policy.reachability import Packet, verdict
from network.policy.ruleset import Ruleset, parse, parse_rule
from network.policy.zone import Zone, zones
from reference.architecture import Architecture


@pytest.fixture(scope="module")
def ruleset(rules: Mapping[str, str]) -> Ruleset:
    return parse(rules["dc3"])


@pytest.fixture(scope="module")
def paths(lab: Architecture, ruleset: Ruleset) -> Paths:
    return Paths(lab, {"dc3": ruleset})


@pytest.fixture(scope="module")
def cells(lab: Architecture, policy: FlowPolicy) -> Mapping[Cell, Ports]:
    return intention(grant for grant in grants(policy, every_zone(lab, "dc3")) if not grant.local)


def addresses(every: tuple[Zone, ...], version: int) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    """Addresses in and around the zones: their first and last, those beside them, and any at all."""
    prefixes = [prefix for zone in every for prefix in zone.prefixes if prefix.version == version]
    ends = [prefix[number] + beside for prefix in prefixes for number, beside in ((0, 0), (-1, 0))]
    ends += [prefix[-1] + 1 for prefix in prefixes if int(prefix[-1]) + 1 < 2**prefix.max_prefixlen]
    return st.one_of(st.sampled_from(ends), st.ip_addresses(v=4 if version == 4 else 6))


@pytest.mark.requirement("FW-1")
@settings(max_examples=300)
@given(data=st.data())
def test_a_packet_passes_exactly_where_the_policy_means_it(
    lab: Architecture, ruleset: Ruleset, paths: Paths, cells: Mapping[Cell, Ports], data: st.DataObject
):
    every = zones(lab)
    version = data.draw(st.sampled_from((4, 6)))
    source, destination = (data.draw(addresses(every, version)) for _ in range(2))
    known = sorted({edge for ports in cells.values() for a in ports.get("tcp", ()) for edge in (a.first, a.last + 1)})
    port = data.draw(st.one_of(st.sampled_from([number for number in known if number <= 65535]), st.integers(1, 65535)))
    protocol = data.draw(st.sampled_from(("tcp", "udp")))
    ends = paths.zone_of(source), paths.zone_of(destination)
    names = tuple(zone.name if zone else "" for zone in ends)
    meant = [a for a in cells.get((names[0], names[1]), {}).get(protocol, ()) if a.first <= port <= a.last]
    found = verdict(ruleset, "forward", Packet(source, destination, protocol, port))
    assert found.accepted is bool(meant)
    if meant and found.rule:
        assert ruleset.chains[found.rule.chain].comment.startswith(f"{meant[0].flow}:")


def test_the_first_rule_that_matches_decides_each_port():
    rules = [
        parse_rule("tcp dport 10-20 ct state new counter accept", "a", 1),
        parse_rule("tcp dport 15 counter drop", "b", 2),
        parse_rule("tcp dport { 5-12, 30 } ct state new counter accept", "c", 3),
        parse_rule("counter drop", "d", 4),
        parse_rule("tcp dport 40 ct state new counter accept", "e", 5),
    ]
    found = opened(rules, {"a": "FLOW-A", "c": "FLOW-C"}, ["tcp", "udp"])
    assert found == {"tcp": (Allowed(5, 9, "FLOW-C"), Allowed(10, 20, "FLOW-A"), Allowed(30, 30, "FLOW-C"))}


def test_addresses_fall_into_classes_at_every_edge_of_a_zone_or_rule(lab: Architecture):
    zone = next(zone for zone in zones(lab) if zone.name == "dc1-services")
    base = int(IPv4Address("10.65.6.0"))
    classes = atoms([zone], [((base + 128, base + 511),), None], 4)
    assert {(int(atom.address) - base, tuple(atom.zones), atom.rules) for atom in classes} == {
        (-base, (), 0b10),
        (0, ("dc1-services",), 0b10),
        (128, ("dc1-services",), 0b11),
        (256, (), 0b11),
    }
