"""The address plan: no overlap, every host inside its prefix, sized from the figures."""

from collections.abc import Callable
from itertools import combinations

import pytest
from netaddr import IPNetwork, IPSet

from reference.architecture import Architecture
from reference.errors import ArchitectureError

Build = Callable[..., Architecture]

PAIRS_OF_SITES = [("dc1", "dc2"), ("dc1", "dc3"), ("dc2", "dc3")]


def test_no_prefix_overlaps_another(whole: Architecture):
    """Counted by another way than the plan's own check: the union is as large as the sum."""
    for prefixes in (
        [s.block for s in whole.plan.networks] + [whole.plan.fabric.ipv4],
        [s.ipv6 for s in whole.plan.networks],
    ):
        assert IPSet(str(p) for p in prefixes).size == sum(p.num_addresses for p in prefixes)


def test_everything_lies_in_the_supernets(whole: Architecture):
    supernet4, supernet6 = whole.choices.ipv4_supernet, whole.choices.ipv6_supernet
    for network in whole.plan.networks:
        assert network.ipv4.subnet_of(network.block)
        assert network.block.subnet_of(supernet4)
        assert network.ipv6.subnet_of(supernet6)


def test_every_host_is_inside_its_prefix_and_alone_at_its_address(whole: Architecture):
    addresses = []
    for machine in (*whole.hosts, *whole.servers):
        segment = whole.segment(machine.segment)
        assert machine.ipv4 in segment.ipv4
        assert machine.ipv6 in segment.ipv6
        addresses += [machine.ipv4, machine.ipv6]
    for host in whole.esxi_hosts:
        assert host.ipv4 in whole.segment(f"{host.site}-management").ipv4
        addresses += [host.ipv4, host.ipv6]
    taken = {gateway for s in whole.segments for gateway in (s.gateway4, s.gateway6)}
    assert len(set(addresses)) == len(addresses)
    assert not taken & set(addresses)


def test_vlan_ids_are_unique_and_valid(whole: Architecture):
    vlans = [network.vlan for network in whole.plan.networks]
    assert len(set(vlans)) == len(vlans)
    assert min(vlans) >= 1
    assert max(vlans) <= 4094


def test_names_are_unique(whole: Architecture):
    for names in (
        [s.name for s in whole.plan.networks],
        [h.name for h in (*whole.hosts, *whole.esxi_hosts, *whole.servers)],
        [link.name for link in whole.links],
    ):
        assert len(set(names)) == len(names)


def test_the_plan_has_room_for_every_pc_and_network_device_with_growth(whole: Architecture):
    """11,100 PCs and the devices of the blocks (4,755; the summary says 4,700), each with 30 % growth."""
    for m in whole.municipalities:
        clients = [s for s in whole.plan.clients if s.municipality == m.id]
        room = sum(s.ipv4.num_addresses - 2 - 16 for s in clients)
        assert room >= 1.3 * m.figures.pcs
        (devices,) = [s for s in whole.plan.device_management if s.municipality == m.id]
        assert devices.ipv4.num_addresses - 2 >= 1.3 * m.figures.network_devices
    assert sum(m.figures.pcs for m in whole.municipalities) == 11_100


def test_a_prefix_is_the_smallest_that_holds_its_hosts(whole: Architecture):
    """Or a /24, the smallest that is used; the arithmetic is shown."""
    for segment in (*whole.segments, *whole.plan.device_management):
        usable = segment.ipv4.num_addresses - 2
        assert usable >= segment.sizing.needed
        assert segment.ipv4.prefixlen == 24 or usable // 2 < segment.sizing.needed
    assert whole.segment("varnamo-app").sizing.text == (
        "280 hosts x 1.30 + 16 reserve = 380 addresses -> /23 (510 usable)"
    )


@pytest.mark.requirement("SITE-2")
def test_dc3_has_no_workload_segment(whole: Architecture):
    kinds = {segment.name for segment in whole.segments if "dc3" in segment.spans}
    assert kinds == {f"dc3-{k}" for k in ("management", "storage", "logging", "backup", "transit", "witness")}


@pytest.mark.requirement("SEP-1", "FW-2")
def test_municipalities_and_tiers_share_no_segment_and_no_zone(whole: Architecture):
    own = [segment for segment in whole.segments if segment.municipality]
    assert {(s.municipality, s.tier) for s in own} == {
        (m.id, tier) for m in whole.municipalities for tier in ("web", "app", "data")
    }
    assert len({s.zone for s in own}) == len(own) == 12
    shared = {s.name for s in whole.segments if s.scope == "shared"}
    assert shared == {"administration", "shared-services", "dmz"}


@pytest.mark.requirement("NET-1")
@pytest.mark.parametrize(("one", "other"), PAIRS_OF_SITES)
def test_two_links_between_any_two_sites_share_neither_device_nor_path(whole: Architecture, one: str, other: str):
    links = [link for link in whole.links if link.kind == "core" and {link.a[:3], link.b[:3]} == {one, other}]
    assert len(links) == 2
    first, second = links
    assert first.path != second.path
    assert not {first.a, first.b} & {second.a, second.b}


@pytest.mark.requirement("NET-2")
def test_every_municipality_has_an_edge_towards_each_active_zone(whole: Architecture):
    for m in whole.municipalities:
        own = [link for link in whole.links if link.a.startswith(f"{m.code}-edge")]
        assert {link.b[:3] for link in own} == {"dc1", "dc2"}
        assert len({link.a for link in own}) == len({link.path for link in own}) == 2


def test_links_and_loopbacks_are_as_the_rfcs_say_and_apart(whole: Architecture):
    """RFC 3021: /31; RFC 6164: /127."""
    fabric = whole.plan.fabric
    assert all(link.ipv4.prefixlen == 31 and link.ipv6.prefixlen == 127 for link in fabric.links)
    taken = IPSet(IPNetwork(str(link.ipv4)) for link in fabric.links)
    singles = [str(x.ipv4) for x in (*fabric.loopbacks, *fabric.services)]
    assert len(set(singles)) == len(singles)
    assert not any(address in taken for address in singles)
    assert all(address in IPNetwork(str(fabric.ipv4)) for address in singles)
    assert {end for link in fabric.links for end in (link.a, link.b)} == {x.device for x in fabric.loopbacks}


def test_a_stack_may_use_other_supernets(build: Build):
    moved = build(ipv4_supernet="10.128.0.0/10", ipv6_supernet="fd00:1:2::/48")
    assert str(moved.segment("gislaved-web").ipv4) == "10.145.32.0/24"
    assert str(moved.segment("gislaved-web").ipv6) == "fd00:1:2:1101::/64"


def test_a_stack_may_give_a_segment_other_values_and_add_its_own(build: Build):
    changed = build(
        segments={
            "gislaved-web": {"ipv4": "172.20.0.0/24", "vlan": 3900},
            "guests": {"ipv4": "172.21.0.0/24", "ipv6": "fd00:9:9:9::/64", "vlan": 3901},
        }
    )
    web, guests = changed.segment("gislaved-web"), changed.segment("guests")
    assert (str(web.ipv4), web.vlan) == ("172.20.0.0/24", 3900)
    assert guests.spans == ("dc1", "dc2")
    assert all(s.ipv4 in web.ipv4 for s in changed.servers if s.segment == "gislaved-web")


def test_gateways_are_the_first_host_of_each_segment(whole: Architecture):
    for one, other in combinations(whole.segments, 2):
        assert one.gateway4 != other.gateway4
    management = whole.segment("dc1-management")
    assert (str(management.gateway4), str(management.gateway6)) == ("10.65.1.1", "fd6b:7a41:92e5:101::1")


def test_the_first_addresses_of_a_segment_are_kept_for_gateway_firewalls_and_services(whole: Architecture):
    """The firewall pair holds 2 and 3 in every segment of its site, and 1 in common."""
    for machine in (*whole.hosts, *whole.servers):
        offset = int(machine.ipv4) - int(whole.segment(machine.segment).ipv4.network_address)
        assert offset in {2, 3} if getattr(machine, "role", None) == "firewall" else offset >= 16
    for host in whole.esxi_hosts:
        assert int(host.ipv4) - int(whole.segment(f"{host.site}-management").ipv4.network_address) >= 16


@pytest.mark.parametrize("prefix", ["10.81.63.255/32", "10.81.0.0/18", "10.64.0.0/16", "10.97.0.0/24"])
def test_an_overlap_is_found_at_a_prefix_s_edge_around_it_and_in_the_fabric(build: Build, prefix: str):
    """Gislaved's web segment has 10.81.32.0/19, the fabric 10.64.0.0/16, Gislaved's PCs 10.97.0.0/22 and on."""
    with pytest.raises(ArchitectureError, match=f"{prefix}.*overlaps|overlaps {prefix}"):
        build(segments={"guests": {"ipv4": prefix, "ipv6": "fd00:9:9:9::/64", "vlan": 3901}})


def test_a_segment_of_the_stack_s_own_holds_at_least_the_reserve(build: Build):
    with pytest.raises(ArchitectureError, match=r"segments.guests.ipv4.*172.21.0.0/29 is too small.*right is /27"):
        build(segments={"guests": {"ipv4": "172.21.0.0/29", "ipv6": "fd00:9:9:9::/64", "vlan": 3901}})
