"""What is plugged into what, as lines for `ip`: bridges by segment and site, cables, addresses, and what can be cut."""

import pytest

from lab.hosts.names import port
from lab.hosts.wiring import Wiring, between, cabled


def test_each_segment_of_a_site_is_a_bridge_of_its_own(wiring: Wiring):
    assert {"v105-dc1", "v205-dc2", "v310-dc3", "v1621-dc1", "v1621-dc2"} <= {*wiring.switches}
    assert len({*wiring.switches}) == len(wiring.switches)


def test_no_bridge_joins_two_segments(wiring: Wiring):
    """Cables apart, the only lines between bridges are those between the two halves of one segment."""
    for line in wiring.fabric():
        if "type veth" in line:
            near, far = line.split()[2], line.split()[-1]
            assert near.split("-")[0] == far.split("-")[0]


@pytest.mark.requirement("NET-1")
def test_a_segment_at_two_sites_is_two_bridges_with_one_line_between_them(wiring: Wiring):
    assert wiring.joints(wiring.segments["gislaved-web"]) == [("dc1", "dc2")]
    assert wiring.joints(wiring.segments["dc1-identity"]) == []


def test_a_profile_without_a_site_has_none_of_its_bridges(small: Wiring):
    assert not [name for name in small.switches if name.endswith("-dc2")]
    assert small.joints(small.segments["gislaved-web"]) == []


def test_every_cable_ends_in_a_bridge_that_is_made(wiring: Wiring):
    for host in wiring.handover.hosts:
        masters = {line.split()[4] for line in wiring.plug(host) if " master " in line}
        assert masters <= {*wiring.switches}


def test_no_two_cables_share_a_name(wiring: Wiring):
    names = [port(i.ipv4.ip) for host in wiring.handover.hosts for i in cabled(host)]
    assert len({*names}) == len(names)


def test_what_is_plugged_is_what_is_unplugged(wiring: Wiring):
    host = wiring.hosts["dc1-fw-01"]
    plugged = {line.split()[2] for line in wiring.plug(host) if line.startswith("link add")}
    assert plugged == {line.split()[2] for line in wiring.unplug(host)}


def test_a_host_has_its_planned_addresses_and_goes_out_by_its_gateway(wiring: Wiring):
    assert wiring.addresses(wiring.hosts["dc2-log-01"]) == [
        "link set lo up",
        "addr add 10.66.7.17/24 dev v207",
        "addr add fd6b:7a41:92e5:207::11/64 dev v207 nodad",
        "link set v207 up",
        "route add default via 10.66.7.1",
        "route add default via fd6b:7a41:92e5:207::1",
    ]


@pytest.mark.requirement("STO-1")
def test_storage_traffic_to_other_sites_stays_on_storage_segments(wiring: Wiring):
    lines = wiring.addresses(wiring.hosts["dc1-node-01"])
    assert "route add 10.66.3.0/24 via 10.65.3.1" in lines
    assert "route add 10.67.3.0/24 via 10.65.3.1" in lines
    assert "route add default via 10.65.4.1" in lines


def test_a_firewall_gets_no_default_route(wiring: Wiring):
    assert not [line for line in wiring.addresses(wiring.hosts["dc1-fw-01"]) if "default" in line]


@pytest.mark.requirement("CMP-2", "NET-1")
def test_a_cut_between_two_sites_takes_both_paths_and_every_segment_that_spans_them(wiring: Wiring):
    cut = {line.name for line in between(wiring.lines, "dc2", "dc1")}
    spanning = {segment.name for segment in wiring.handover.segments if len(segment.sites) > 1}
    assert cut == spanning | {"dc1-fw-01--dc2-fw-01", "dc1-fw-02--dc2-fw-02"}


@pytest.mark.requirement("NET-1")
def test_a_cut_between_two_firewalls_leaves_the_other_path(wiring: Wiring):
    assert [line.name for line in between(wiring.lines, "dc1-fw-02", "dc3-fw-02")] == ["dc1-fw-02--dc3-fw-02"]


def test_one_segment_can_be_cut_alone(wiring: Wiring):
    assert [line.devices for line in between(wiring.lines, "gnosjo-app", None)] == [("j1642-dc1-dc2",)]


def test_a_municipality_s_link_has_one_end_here_and_can_t_be_cut(wiring: Wiring):
    assert not [line for line in wiring.lines if "-edge-" in line.name]


@pytest.mark.parametrize("pair", [("dc1", "dc9"), ("dc1-fw-01", "dc2-fw-02"), ("dc1-identity", None)])
def test_what_nothing_joins_names_no_line(wiring: Wiring, pair: tuple[str, str | None]):
    assert between(wiring.lines, *pair) == []
