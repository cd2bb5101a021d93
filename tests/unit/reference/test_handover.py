"""The handover: every machine with all its interfaces, addresses that nobody shares, and a version that is checked."""

from collections import Counter
from collections.abc import Callable

import pytest

from reference.architecture import Architecture
from reference.errors import ArchitectureError
from reference.handover import VERSION, Handover, HandoverHost, handover_document
from reference.handover_reader import read_handover
from reference.interface import Interface, InterfaceKind


@pytest.fixture(scope="module")
def handover(whole: Architecture) -> Handover:
    machines = (*whole.hosts, *whole.deployed)
    return Handover.model_validate(
        handover_document(whole, {machine.name: f"vm-{machine.name}" for machine in machines})
    )


@pytest.fixture(scope="module")
def host(handover: Handover) -> Callable[[str], HandoverHost]:
    return {host.name: host for host in handover.hosts}.__getitem__


def on(host: HandoverHost, network: str) -> Interface:
    return next(interface for interface in host.interfaces if interface.network == network)


def test_every_machine_of_the_architecture_is_there_with_the_id_that_the_deploy_gave_it(
    whole: Architecture, handover: Handover
):
    assert {host.name for host in handover.hosts} == {m.name for m in (*whole.hosts, *whole.deployed)}
    assert all(host.id == f"vm-{host.name}" for host in handover.hosts)


@pytest.mark.requirement("SITE-1", "CMP-2", "BAK-2", "SEC-2", "ITSM-1")
def test_each_site_has_the_infrastructure_that_it_must_have(handover: Handover):
    found = {
        site: Counter(host.role for host in handover.hosts if host.site == site and host.role != "workload")
        for site in ("dc1", "dc2", "dc3")
    }
    zone = {"firewall": 2, "cluster-node": 2, "identity": 1, "name-and-time": 1, "log-relay": 1, "backup-server": 1}
    assert found["dc1"] == {**zone, "jump": 1, "itsm": 1}
    assert found["dc2"] == {**zone, "jump": 1}
    assert found["dc3"] == {"firewall": 2, "witness": 1, "backup-vault": 1, "log-store": 1}


@pytest.mark.requirement("STO-1", "CMP-2")
def test_nodes_and_arbiter_have_a_leg_in_the_storage_segment_of_their_site(handover: Handover):
    for host in handover.hosts:
        if host.role in {"cluster-node", "witness"}:
            assert f"{host.site}-storage" in {i.network for i in host.interfaces}


@pytest.mark.requirement("FW-1", "FW-2")
def test_both_firewalls_of_a_site_stand_in_each_of_its_segments(handover: Handover):
    for firewall in (host for host in handover.hosts if host.role == "firewall"):
        here = {segment.name for segment in handover.segments if firewall.site in segment.sites}
        assert {i.network for i in firewall.interfaces if i.kind is InterfaceKind.SEGMENT} == here


def test_a_segment_that_spans_sites_has_room_for_the_firewalls_of_each(host: Callable[[str], HandoverHost]):
    names = ("dc1-fw-01", "dc1-fw-02", "dc2-fw-01", "dc2-fw-02")
    assert [int(on(host(name), "gislaved-web").ipv4.ip) & 0xFF for name in names] == [2, 3, 4, 5]


@pytest.mark.requirement("NET-1")
def test_two_links_without_a_common_firewall_join_each_two_sites(handover: Handover):
    for one, other in (("dc1", "dc2"), ("dc1", "dc3"), ("dc2", "dc3")):
        ends = [{link.a, link.b} for link in handover.links if {link.a[:3], link.b[:3]} == {one, other}]
        assert len(ends) == 2
        assert not ends[0] & ends[1]


def test_both_ends_of_a_link_are_in_its_prefix(handover: Handover):
    core = [link for link in handover.links if link.kind == "core"]
    for link in core:
        ends = [i for host in handover.hosts for i in host.interfaces if i.network == link.name]
        assert {i.ipv4.ip for i in ends} == {*link.ipv4}
        assert {i.ipv6.ip for i in ends} == {*link.ipv6}


def test_a_node_has_its_own_number_in_each_of_its_segments(host: Callable[[str], HandoverHost]):
    assert [str(i.ipv4.ip).rpartition(".")[2] for i in host("dc2-node-02").interfaces] == ["18", "18"]


def test_the_first_interface_with_a_cable_has_the_address_that_a_host_is_reached_by(handover: Handover):
    for host in handover.hosts:
        first = next(i for i in host.interfaces if i.kind is not InterfaceKind.LOOPBACK)
        assert (first.ipv4.ip, first.ipv6.ip) == (host.ipv4, host.ipv6)


def test_no_two_interfaces_and_no_gateway_share_an_address(handover: Handover):
    addresses = [a for host in handover.hosts for i in host.interfaces for a in (i.ipv4.ip, i.ipv6.ip)]
    addresses += [a for segment in handover.segments for a in (segment.gateway4, segment.gateway6)]
    assert [address for address, count in Counter(addresses).items() if count > 1] == []


def test_interface_names_fit_into_linux_and_are_one_of_a_kind_on_each_host(handover: Handover):
    for host in handover.hosts:
        names = [i.name for i in host.interfaces]
        assert len({*names}) == len(names)
        assert max(map(len, names)) <= 15


def test_a_handover_from_before_interfaces_is_refused(whole: Architecture, handover: Handover):
    document = handover.model_dump(mode="json") | {"version": 1}
    with pytest.raises(ArchitectureError, match=rf"found version 1; right is {VERSION}; deploy the stack"):
        read_handover(document, whole.choices.environment)
