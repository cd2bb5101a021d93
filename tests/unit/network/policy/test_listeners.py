"""The firewalls let through what hosts listen on, and nothing that nobody listens on without saying why (FW-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from network.policy.flow import Flow, FlowPolicy
from network.policy.grant import Grant, every_zone, grants, joined, resolve
from network.policy.intention import Cell, Ports, intention
from network.policy.zone import NEIGHBOURS, Zone
from reference.architecture import Architecture
from reference.handover import undeployed
from reference.listener import EVERY, MEMBERS, Listener, load_listeners, member_segments

Senders = Mapping[str, Sequence[str]]
"""The zones that each listener, by its id, may be reached from."""


@pytest.fixture(scope="module")
def every(lab: Architecture) -> Sequence[Zone]:
    return every_zone(lab, "dc1")


@pytest.fixture(scope="module")
def members(lab: Architecture) -> frozenset[str]:
    return member_segments(undeployed(lab))


@pytest.fixture(scope="module")
def senders(every: Sequence[Zone], members: frozenset[str]) -> Senders:
    def zones(listener: Listener) -> list[str]:
        named = {*listener.sources, *(members if MEMBERS in listener.sources else ())}
        return [z.name for z in every if (EVERY in named and z.inside) or named & {z.kind, z.name}]

    return {listener.id: zones(listener) for listener in load_listeners()}


@pytest.fixture(scope="module")
def allowed(policy: FlowPolicy, every: Sequence[Zone]) -> Sequence[Grant]:
    return grants(policy, every)


@pytest.fixture(scope="module")
def cells(allowed: Sequence[Grant]) -> Mapping[Cell, Ports]:
    return intention(allowed)


def stands_in(listener: Listener, lab: Architecture) -> list[tuple[str, ...]]:
    """The segments of each host that has this listener."""
    return [
        (*host.segments, NEIGHBOURS) if NEIGHBOURS in listener.sources else host.segments
        for host in lab.hosts
        if listener.role in {EVERY, host.role}
    ]


def is_open(cells: Mapping[Cell, Ports], source: str, destination: str, listener: Listener) -> bool:
    ports = cells.get((source, destination), {}).get(listener.protocol, ())
    spans = joined((allowed.first, allowed.last) for allowed in ports)
    return any(first <= listener.first and listener.last <= last for first, last in spans)


def listened_to(
    flow: Flow,
    service: str,
    policy: FlowPolicy,
    every: Sequence[Zone],
    lab: Architecture,
    senders: Senders,
) -> bool:
    """Whether every port of the service has a listener where the flow leads, which the flow's sources may reach."""
    found = {
        (listener.protocol, (listener.first, listener.last))
        for listener in load_listeners()
        if listener.service == service
        and {segment for segments in stands_in(listener, lab) for segment in segments}
        & {zone.name for end in flow.destinations for zone in resolve(end, every)}
        and {zone.name for end in flow.sources for zone in resolve(end, every)} <= {*senders[listener.id]}
    }
    ports = policy.service[service].ports
    wanted = {(protocol, span) for protocol, spans in ports.items() for span in spans}
    return bool(wanted) and wanted <= found


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize("listener", load_listeners(), ids=lambda listener: listener.id)
def test_what_a_host_listens_on_passes_the_firewalls(
    listener: Listener, lab: Architecture, senders: Senders, cells: Mapping[Cell, Ports]
):
    for segments in stands_in(listener, lab):
        for source in senders[listener.id]:
            reached = [s for s in segments if s == source != NEIGHBOURS or is_open(cells, source, s, listener)]
            assert reached, f"{listener.id}: {source} does not reach {', '.join(segments)}"


@pytest.mark.requirement("FW-1")
def test_a_flow_has_a_listener_or_says_why_not_yet(
    policy: FlowPolicy, lab: Architecture, every: Sequence[Zone], senders: Senders
):
    for flow in policy.flows:
        heard = [service for service in flow.services if listened_to(flow, service, policy, every, lab, senders)]
        if flow.planned is None:
            assert heard == list(flow.services), f"{flow.id}: nothing listens for {set(flow.services) - set(heard)}"
        else:
            assert heard == [], f"{flow.id} is `planned`, and {heard} is listened for already"


@pytest.mark.requirement("BAK-3")
def test_the_directory_is_reached_by_its_members_vcenter_and_nobody_else(
    policy: FlowPolicy, every: Sequence[Zone], members: frozenset[str]
):
    flow = next(flow for flow in policy.flows if flow.id == "FLOW-DIRECTORY")
    reached_from = {zone.name for end in flow.sources for zone in resolve(end, every)}
    assert reached_from == members | {zone.name for zone in every if zone.kind == "management"}
    assert "dc3-backup" not in reached_from


def test_a_service_means_the_same_on_hosts_and_firewalls(policy: FlowPolicy):
    for listener in load_listeners():
        assert (listener.first, listener.last) in policy.service[listener.service].ports[listener.protocol]
