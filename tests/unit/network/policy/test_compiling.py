"""The policy becomes rules for each site's firewalls, the same bytes each time (FW-1; tests/network asks nft)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from network.policy.aerleon_quirks import mended
from network.policy.compiling import compiled
from network.policy.flow import Flow, FlowPolicy
from network.policy.proof import prove
from network.policy.ruleset import parse
from operations.stack_settings import StackSettings
from reference.architecture import Architecture

COMPILED = Path(__file__).parents[4] / "network" / "policy" / "compiled" / "nftables"
SITES = ("dc1", "dc2", "dc3")


@pytest.mark.parametrize("site", SITES)
def test_the_rules_are_those_in_the_repository(rules: Mapping[str, str], site: str):
    """Mended by `python -m network.policy`, and then the difference is there to read."""
    assert rules[site] == (COMPILED / f"{site}.nft").read_text(encoding="utf-8")


def test_the_same_policy_is_the_same_bytes(lab: Architecture, rules: Mapping[str, str], today: date):
    assert compiled(lab, today) == rules


@pytest.mark.requirement("FW-1")
def test_a_flow_that_has_ended_is_left_out(lab: Architecture, policy: FlowPolicy, today: date):
    flows = [f.model_copy(update={"until": today}) if f.id == "FLOW-RDP" else f for f in policy.flows]
    ending = policy.model_copy(update={"flows": tuple(flows)})
    on_its_last_day, afterwards = (compiled(lab, day, ending)["dc1"] for day in (today, today + timedelta(days=1)))
    assert "FLOW-RDP" in on_its_last_day
    assert "FLOW-RDP" not in afterwards


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize("end", ["from", "to"])
def test_a_flow_of_a_zone_that_there_is_not_opens_nothing(
    lab: Architecture, policy: FlowPolicy, rules: Mapping[str, str], today: date, end: str
):
    """`ggvv` refuses such a policy; were it compiled all the same, no end must come to stand for any."""
    values = policy.flows[0].model_dump(by_alias=True) | {"id": "FLOW-A", end: ["moon"], "services": ["https"]}
    odd = policy.model_copy(update={"flows": (*policy.flows, Flow.model_validate(values))})
    assert compiled(lab, today, odd) == rules


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize("stack", ["gislaved", "newdc", "pilot", "lab-full"])
def test_every_stack_s_rules_are_proved(policy: FlowPolicy, today: date, stack: str):
    architecture = StackSettings.read(stack).architecture()
    assert prove(architecture, policy, compiled(architecture, today)) == ()


@pytest.mark.parametrize("site", SITES)
def test_every_accepted_packet_is_counted_by_its_flow(rules: Mapping[str, str], policy: FlowPolicy, site: str):
    chains = [chain for chain in parse(rules[site]).chains.values() if chain.comment]
    assert {chain.comment.partition(":")[0] for chain in chains} == {flow.id for flow in policy.flows}
    assert all(rule.counter for chain in chains for rule in chain.rules)


def test_what_is_dropped_is_logged_within_a_limit(rules: Mapping[str, str]):
    for name in ("DENY-forward", "DENY-input", "DENY-output"):
        logging, dropping = parse(rules["dc1"]).chains[name].rules
        assert (logging.log, logging.limited, dropping.verdict) == (f"{name} ", True, "drop")


def test_what_aerleon_writes_amiss_is_mended():
    written = """table inet filtering_policies {
    chain FLOW-A {
        ip saddr 10.0.0.0/24 ip daddr 10.1.0.0/24 ip protocol vrrp ct state new counter accept
        ip saddr 10.0.0.0/24 ip daddr 10.1.0.0/24 meta l4proto vrrp ct state new counter accept
        ip6 saddr fd00::/64 ip6 daddr fd01::/64 tcp dport 22 ct state new counter accept
        ip6 saddr fd00::/64 ip6 daddr fd01::/64 tcp dport 22 ct state new counter accept
    }
    chain DENY-input {
        log prefix "DENY-input" counter drop
    }
}
"""
    assert [line.strip() for line in mended(written).splitlines()] == [
        "table inet filtering_policies",
        "delete table inet filtering_policies",
        "table inet filtering_policies {",
        "chain FLOW-A {",
        "ip saddr 10.0.0.0/24 ip daddr 10.1.0.0/24 ip protocol 112 ct state new counter accept",
        "ip6 saddr fd00::/64 ip6 daddr fd01::/64 tcp dport 22 ct state new counter accept",
        "}",
        "chain DENY-input {",
        'limit rate 10/second log prefix "DENY-input "',
        "counter drop",
        "}",
        "}",
    ]
