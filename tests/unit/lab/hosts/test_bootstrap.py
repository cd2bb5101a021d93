"""The bootstrap: gateways on one firewall of each segment, a way to every segment, and all of it can be taken back."""

from ipaddress import IPv4Network

import pytest

from lab.hosts.bootstrap import Bootstrap, undone
from lab.hosts.wiring import Wiring


@pytest.fixture(scope="module")
def bootstrap(wiring: Wiring) -> Bootstrap:
    return Bootstrap(wiring)


def test_each_gateway_address_is_on_exactly_one_firewall(wiring: Wiring, bootstrap: Bootstrap):
    firewalls = [host for host in wiring.handover.hosts if host.role == "firewall"]
    lines = [line for host in firewalls for line in bootstrap.of(host) if line.startswith("addr add")]
    for segment in wiring.handover.segments:
        for gateway in (segment.gateway4, segment.gateway6):
            assert len([line for line in lines if line.startswith(f"addr add {gateway}/")]) == 1


def test_a_segment_s_gateway_is_on_its_first_firewall(wiring: Wiring, bootstrap: Bootstrap):
    holders = {name: bootstrap.holder(wiring.segments[name]) for name in ("gislaved-web", "dc2-backup", "dc3-witness")}
    names = {name: holder.name for name, holder in holders.items() if holder is not None}
    assert names == {"gislaved-web": "dc1-fw-01", "dc2-backup": "dc2-fw-01", "dc3-witness": "dc3-fw-01"}


def test_every_firewall_stands_in_each_segment_or_has_a_route_to_it(wiring: Wiring, bootstrap: Bootstrap):
    for host in (host for host in wiring.handover.hosts if host.role == "firewall"):
        connected = {i.network for i in host.interfaces}
        routed = {IPv4Network(line.split()[2]) for line in bootstrap.of(host) if line.startswith("route add 1")}
        for segment in wiring.handover.segments:
            assert segment.name in connected or segment.ipv4 in routed


def test_the_witness_site_reaches_a_segment_of_both_zones_by_either(wiring: Wiring, bootstrap: Bootstrap):
    prefix = wiring.segments["gislaved-web"].ipv4
    ways = [line.split()[4] for line in bootstrap.of(wiring.hosts["dc3-fw-01"]) if f"add {prefix} " in line]
    assert ways == ["10.64.128.6", "10.64.128.10"]


def test_no_way_between_the_zones_leads_over_the_witness_site(wiring: Wiring, bootstrap: Bootstrap):
    """Else a cut between the zones would part nothing, and the drill of CMP-2 would prove nothing."""
    prefix = wiring.segments["dc2-cluster"].ipv4
    assert len([line for line in bootstrap.of(wiring.hosts["dc1-fw-01"]) if f"add {prefix} " in line]) == 1


def test_what_was_done_is_undone_in_reverse():
    assert undone(["addr add 10.0.0.1/24 dev v1", "addr add fd00::1/64 dev v1 nodad"]) == [
        "addr del fd00::1/64 dev v1",
        "addr del 10.0.0.1/24 dev v1",
    ]
