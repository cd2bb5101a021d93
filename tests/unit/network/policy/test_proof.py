"""The compiled rules are what the policy means, for all addresses and ports; a changed rule is noticed (FW-1, FW-2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

import pytest

from network.policy.flow import FlowPolicy
from network.policy.proof import differences, prove
from reference.architecture import Architecture
from tests.unit.network.policy.mutants import Mutant, deleted, moved, widened

STRIDE = 23
"""Each twenty-third mutant of 1,419 is tried: all of them take minutes."""


@pytest.mark.requirement("FW-1", "FW-2")
def test_the_rules_are_what_the_policy_means(lab: Architecture, policy: FlowPolicy, rules: Mapping[str, str]):
    assert prove(lab, policy, rules) == ()


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize("changed", [deleted, widened, moved], ids=lambda change: change.__name__)
def test_a_rule_that_is_changed_is_noticed(
    lab: Architecture, policy: FlowPolicy, rules: Mapping[str, str], changed: Callable[[str], Iterator[Mutant]]
):
    tried = [*islice(changed(rules["dc1"]), 0, None, STRIDE)]
    survivors = [mutant.what for mutant in tried if next(differences(lab, policy, {"dc1": mutant.text}), None) is None]
    assert tried
    assert survivors == []


@pytest.mark.parametrize(
    ("found", "right", "sentence"),
    [
        (
            "ip saddr { 10.65.7.0/24, 10.66.7.0/24 } ip daddr 10.67.7.0/24 tcp dport 6514",
            "ip saddr { 10.65.7.0/24, 10.66.7.0/24 } ip daddr 10.67.7.0/24 tcp dport 6510-6514",
            "open from 10.65.7.0 (dc1-logging) to 10.67.7.0 (dc3-logging); right is tcp 6514-6514 by FLOW-LOG-STORE",
        ),
        (
            'iifname "v105" ip saddr 10.65.5.0/24 accept',
            'iifname "v105" ip saddr { 10.65.5.0/24, 10.66.5.0/24 } accept',
            "dc1: senders: v105 lets in 10.66.5.0 (dc2-identity); right is that it drops it",
        ),
        (
            "priority raw; policy drop;",
            "priority raw; policy accept;",
            "chain senders lets through what no rule matches",
        ),
        (
            "tcp dport 5403 ct state new counter",
            "tcp dport 5403 ct state new",
            "accepts new connections and counts them",
        ),
        ("tcp dport 5403 ct", "tcp dport != 5403 ct", "right is what the compiler writes"),
    ],
)
def test_a_difference_is_told_with_addresses_ports_and_flow(
    lab: Architecture, policy: FlowPolicy, rules: Mapping[str, str], found: str, right: str, sentence: str
):
    assert found in rules["dc1"]
    findings = prove(lab, policy, {"dc1": rules["dc1"].replace(found, right)})
    assert any(sentence in finding for finding in findings), findings


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize("chain", ["FLOW-DNS-udp", "DENY-forward"])
def test_a_chain_that_is_missing_is_told(lab: Architecture, policy: FlowPolicy, rules: Mapping[str, str], chain: str):
    before, _, after = rules["dc1"].partition(f"    chain {chain} {{\n")
    without = before + after.partition("    }\n")[2]
    assert any(f"found no chain {chain}" in finding for finding in prove(lab, policy, {"dc1": without}))


@pytest.mark.requirement("NET-1")
def test_a_sender_that_is_dropped_on_a_way_that_it_can_take_is_told(
    lab: Architecture, policy: FlowPolicy, rules: Mapping[str, str]
):
    """DC3 stands in when the links between DC1 and DC2 are cut."""
    core = 'iifname { "l3", "l4", "l5", "l6" }'
    assert core in rules["dc3"]
    findings = prove(lab, policy, {**rules, "dc3": rules["dc3"].replace(core, 'iifname { "l5", "l6" }')})
    assert any("dc3: senders: l3 drops 10.65.4.16 (dc1-cluster) on its way to" in finding for finding in findings)
