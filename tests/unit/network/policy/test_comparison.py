"""A change of the policy is told as what becomes allowed and what becomes denied (FW-1)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from network.policy.comparison import changes
from network.policy.flow import Flow, FlowPolicy
from network.policy.grant import every_zone, grants
from reference.architecture import Architecture


def told(lab: Architecture, before: FlowPolicy, after: FlowPolicy) -> list[str]:
    every = every_zone(lab, "dc1")
    return [change.text for change in changes(grants(before, every), grants(after, every))]


def changed(policy: FlowPolicy, flow: str, **values: object) -> FlowPolicy:
    flows = [f.model_copy(update=values) if f.id == flow else f for f in policy.flows]
    return policy.model_copy(update={"flows": tuple(flows)})


def test_the_same_policy_changes_nothing(lab: Architecture, policy: FlowPolicy):
    assert told(lab, policy, policy) == []


def test_another_reason_or_place_in_the_file_changes_nothing(lab: Architecture, policy: FlowPolicy):
    other = changed(policy, "FLOW-QNETD", reason="other words")
    assert told(lab, policy, other.model_copy(update={"flows": other.flows[::-1]})) == []


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize(
    ("values", "lines"),
    [
        (
            {"services": ("corosync-qnetd", "https")},
            ["becomes allowed: tcp 443 from dc1-cluster, dc2-cluster to dc3-witness (FLOW-QNETD)"],
        ),
        (
            {"services": ("https",)},
            [
                "becomes allowed: tcp 443 from dc1-cluster, dc2-cluster to dc3-witness (FLOW-QNETD)",
                "becomes denied: tcp 5403 from dc1-cluster, dc2-cluster to dc3-witness (FLOW-QNETD)",
            ],
        ),
    ],
)
def test_what_a_flow_opens_or_closes_is_told(
    lab: Architecture, policy: FlowPolicy, values: Mapping[str, object], lines: list[str]
):
    assert told(lab, policy, changed(policy, "FLOW-QNETD", **values)) == lines


def test_a_flow_that_goes_becomes_denied(lab: Architecture, policy: FlowPolicy):
    fewer = policy.model_copy(update={"flows": tuple(f for f in policy.flows if f.id != "FLOW-APP")})
    assert told(lab, policy, fewer) == [
        f"becomes denied: tcp 8443 from {m.id}-web to {m.id}-app (FLOW-APP)" for m in lab.municipalities
    ]


def test_part_of_a_range_of_ports_is_told_as_that_part(lab: Architecture, policy: FlowPolicy):
    services = [s.model_copy(update={"udp": ("5405-5410",)}) if s.name == "corosync" else s for s in policy.services]
    narrower = policy.model_copy(update={"services": tuple(services)})
    assert told(lab, policy, narrower) == [
        "becomes denied: udp 5411-5412 from dc1-cluster, dc2-cluster to dc1-cluster, dc2-cluster (FLOW-COROSYNC)"
    ]


def test_a_renamed_flow_changes_nothing(lab: Architecture, policy: FlowPolicy):
    renamed = [
        Flow.model_validate({**f.model_dump(by_alias=True), "id": "FLOW-ARBITER"}) if f.id == "FLOW-QNETD" else f
        for f in policy.flows
    ]
    assert told(lab, policy, policy.model_copy(update={"flows": tuple(renamed)})) == []
