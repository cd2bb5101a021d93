"""What the other makes get opens what the policy means, for every pair of addresses, every protocol and port (FW-1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from network.policy.flow import FlowPolicy
from network.policy.grant import every_zone, grants
from network.policy.intention import intention
from network.policy.list_proof import ListProof
from network.policy.targets import Compilation, compile_all
from reference.architecture import Architecture
from tests.unit.network.policy.vendor_rules import Written, fortigate, nsx_t, palo_alto, ruleset

Reader = Callable[[str], Iterator[Written]]
MAKES = [
    ("fortigate/every-site.conf", fortigate),
    ("paloalto/every-site.xml", palo_alto),
    ("nsxt/every-site.json", nsx_t),
]


@pytest.fixture(scope="module")
def compilation(lab: Architecture, today: date, policy: FlowPolicy) -> Compilation:
    return compile_all(lab, today, policy)


@pytest.fixture(scope="module")
def proof(lab: Architecture, policy: FlowPolicy) -> ListProof:
    every = every_zone(lab, "dc1")
    routed = [zone for zone in every if zone.routed]
    return ListProof("forward", routed, routed, intention(g for g in grants(policy, every) if not g.local))


@pytest.mark.requirement("FW-1", "FW-2")
@pytest.mark.parametrize(("file", "read"), MAKES, ids=[file.partition("/")[0] for file, _ in MAKES])
def test_a_make_s_rules_are_what_the_policy_means(compilation: Compilation, proof: ListProof, file: str, read: Reader):
    assert [*proof.findings(ruleset(read(compilation.files[file])))] == []


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize(
    ("file", "read", "found", "right"),
    [
        ("fortigate/every-site.conf", fortigate, "set tcp-portrange 6514", "set tcp-portrange 6514 80"),
        ("fortigate/every-site.conf", fortigate, 'set service "ALL_ICMP" "ALL_ICMP6"', 'set service "ALL"'),
        ("paloalto/every-site.xml", palo_alto, "<port>6514</port>", "<port>6513-6514</port>"),
        ("nsxt/every-site.json", nsx_t, '"10.67.7.0/24"', '"10.67.6.0/23"'),
    ],
)
def test_a_make_s_rules_that_are_wider_are_noticed(
    compilation: Compilation, proof: ListProof, file: str, read: Reader, found: str, right: str
):
    text = compilation.files[file]
    assert found in text
    assert [*proof.findings(ruleset(read(text.replace(found, right))))]
