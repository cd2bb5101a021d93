"""Connections over the sites' firewalls, asked of the compiled rules: who reaches whom, on every way (FW-1, FW-2)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

import pytest

from network.policy.path import Connection, Paths, Trace
from network.policy.reachability import Packet, verdict
from network.policy.ruleset import parse
from network.policy.zone import Zone, zones
from reference.architecture import Architecture
from reference.host import Host, HostRole


@pytest.fixture(scope="module")
def paths(lab: Architecture, rules: Mapping[str, str]) -> Paths:
    return Paths(lab, {site: parse(text) for site, text in rules.items()})


@pytest.fixture(scope="module")
def zone(lab: Architecture) -> Mapping[str, Zone]:
    return {zone.name: zone for zone in zones(lab)}


def host(lab: Architecture, name: str) -> Host:
    return next(host for host in lab.hosts if host.name == name)


def traces(paths: Paths, source: object, destination: object, protocol: str, port: int) -> tuple[Trace, ...]:
    return paths.traces(Connection(ip_address(str(source)), ip_address(str(destination)), protocol, port))


def assert_allowed(paths: Paths, source: object, destination: object, port: int, flow: str, protocol: str = "tcp"):
    """The flow lets it through on every way."""
    __tracebackhide__ = True
    for trace in traces(paths, source, destination, protocol, port):
        ways = [(p.hop.site, p.list_, p.flow) for p in trace.passages]
        assert trace.accepted, f"{source} to {destination} {protocol} {port} is denied: {ways}"
        assert {passage.flow for passage in trace.passages} == {flow}, ways


def assert_denied(paths: Paths, source: object, destination: object, port: int, protocol: str = "tcp"):
    """No way lets it through."""
    __tracebackhide__ = True
    for trace in traces(paths, source, destination, protocol, port):
        ways = [(p.hop.site, p.list_, p.flow) for p in trace.passages]
        assert not trace.accepted, f"{source} to {destination} {protocol} {port} is allowed: {ways}"


@pytest.mark.requirement("FW-1")
def test_the_jump_host_reaches_every_firewall_and_host_by_ssh(paths: Paths, lab: Architecture):
    jump = host(lab, "dc1-jump-01")
    for target in lab.hosts:
        if target.segment != jump.segment:
            assert_allowed(paths, jump.ipv4, target.ipv4, 22, "FLOW-SSH")
            assert_allowed(paths, jump.ipv6, target.ipv6, 22, "FLOW-SSH")


@pytest.mark.requirement("FW-1")
def test_nobody_else_does(paths: Paths, lab: Architecture):
    for source in (h for h in lab.hosts if h.role not in {HostRole.JUMP, HostRole.FIREWALL}):
        for target in lab.hosts:
            if target.segment != source.segment:
                assert_denied(paths, source.ipv4, target.ipv4, 22)
                assert_denied(paths, source.ipv6, target.ipv6, 22)


@pytest.mark.requirement("SEC-1")
def test_every_host_logs_to_the_relays_and_only_they_to_the_store(paths: Paths, lab: Architecture):
    relays, store = [host(lab, "dc1-log-01"), host(lab, "dc2-log-01")], host(lab, "dc3-log-01")
    for source in lab.hosts:
        for relay in (relay for relay in relays if relay.segment != source.segment):
            assert_allowed(paths, source.ipv4, relay.ipv4, 6514, "FLOW-LOG")
        if source.segment != store.segment and source not in relays:
            assert_denied(paths, source.ipv4, store.ipv4, 6514)
    for relay in relays:
        assert_allowed(paths, relay.ipv6, store.ipv6, 6514, "FLOW-LOG-STORE")


@pytest.mark.requirement("CMP-2")
def test_the_cluster_speaks_with_itself_and_its_witness_only(paths: Paths, lab: Architecture):
    one, other, witness = host(lab, "dc1-node-01"), host(lab, "dc2-node-01"), host(lab, "dc3-wit-01")
    assert_allowed(paths, one.ipv4, other.ipv4, 5405, "FLOW-COROSYNC", "udp")
    assert_allowed(paths, other.ipv6, witness.ipv6, 5403, "FLOW-QNETD")
    assert_denied(paths, witness.ipv4, one.ipv4, 5405, "udp")
    assert_denied(paths, host(lab, "dc1-itsm-01").ipv4, witness.ipv4, 5403)


@pytest.mark.requirement("BAK-3")
def test_the_vault_is_written_by_the_backup_servers_and_opens_nothing_towards_them(paths: Paths, lab: Architecture):
    server, vault = host(lab, "dc1-bak-01"), host(lab, "dc3-vault-01")
    assert_allowed(paths, server.ipv4, vault.ipv4, 7070, "FLOW-VAULT")
    for port in (22, 443, 7070, 51515):
        assert_denied(paths, vault.ipv4, server.ipv4, port)
    assert_denied(paths, server.ipv4, vault.ipv4, 443)
    assert_denied(paths, host(lab, "dc1-node-01").ipv4, vault.ipv4, 7070)


@pytest.mark.requirement("FW-2")
@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_tiers_are_reached_in_their_order_and_by_their_own_municipality_only(
    paths: Paths, lab: Architecture, zone: Mapping[str, Zone], family: str
):
    steps = (("clients", "web", 443, "FLOW-WEB"), ("web", "app", 8443, "FLOW-APP"), ("app", "data", 5432, "FLOW-DATA"))

    def address(name: str) -> object:
        return getattr(zone[name], family)[0].network_address + 20

    names = [municipality.id for municipality in lab.municipalities]
    for source, destination, port, flow in steps:
        for one in names:
            for other in names:
                ends = (paths, address(f"{one}-{source}"), address(f"{other}-{destination}"), port)
                if one == other:
                    assert_allowed(*ends, flow)
                else:
                    assert_denied(*ends)
    for one in names:
        assert_denied(paths, address(f"{one}-web"), address(f"{one}-data"), 5432)
        assert_denied(paths, address(f"{one}-clients"), address(f"{one}-app"), 8443)


@pytest.mark.requirement("FW-1")
def test_the_internet_reaches_the_dmz_only_and_is_reached_from_there_only(
    paths: Paths, lab: Architecture, zone: Mapping[str, Zone]
):
    dmz = zone["dmz"].ipv4[0].network_address + 20
    assert_allowed(paths, "1.1.1.1", dmz, 443, "FLOW-PUBLIC")
    assert_allowed(paths, dmz, "1.1.1.1", 443, "FLOW-OUTBOUND")
    for inside in lab.hosts:
        assert_denied(paths, "1.1.1.1", inside.ipv4, 443)
        assert_denied(paths, inside.ipv4, "1.1.1.1", 443)


@pytest.mark.requirement("NET-1")
def test_a_flow_between_sites_passes_the_firewalls_of_both_and_of_the_third_where_a_link_is_cut(
    paths: Paths, lab: Architecture
):
    found = traces(paths, host(lab, "dc1-node-01").ipv4, host(lab, "dc2-node-01").ipv4, "udp", 5405)
    assert [tuple(p.hop.site for p in trace.passages) for trace in found] == [("dc1", "dc2"), ("dc1", "dc3", "dc2")]
    assert [(p.hop.iifname, p.list_) for p in found[1].passages] == [
        ("v104", "forward"),
        ("l3", "forward"),
        ("l5", "forward"),
    ]


@pytest.mark.requirement("FW-1")
def test_a_firewall_is_reached_by_its_own_address_and_not_as_a_gateway(paths: Paths, lab: Architecture):
    jump, firewall = host(lab, "dc1-jump-01"), host(lab, "dc1-fw-01")
    gateway = lab.segment("dc1-services").gateway4
    (reached, *_), (refused, *_) = (traces(paths, jump.ipv4, end, "tcp", 22) for end in (firewall.ipv4, gateway))
    assert [(p.list_, p.verdict.accepted) for p in reached.passages] == [("input", True)]
    assert [(p.list_, p.verdict.accepted) for p in refused.passages] == [("input", False)]


@pytest.mark.requirement("NET-1")
def test_a_pair_speaks_bgp_over_its_transit_and_nothing_undeclared(paths: Paths, lab: Architecture):
    one, other = host(lab, "dc1-fw-01"), host(lab, "dc1-fw-02")
    (bgp,), (ssh,) = (traces(paths, one.ipv4, other.ipv4, "tcp", port) for port in (179, 22))
    assert [(p.list_, p.flow) for p in bgp.passages] == [("output", "FLOW-BGP"), ("input", "FLOW-BGP")]
    assert not ssh.accepted


@pytest.mark.requirement("FW-1")
def test_a_forged_sender_is_dropped_where_it_comes_in(lab: Architecture, rules: Mapping[str, str]):
    """By a municipality's link comes that municipality, whatever its packets say."""
    ruleset = parse(rules["dc1"])
    web, inside = lab.segment("gnosjo-web").address4(20), lab.segment("dc1-services").address4(9)
    for sender, interface, genuine in (
        (ip_address("10.97.0.9"), "l1017", True),
        (ip_address("10.98.0.9"), "l1017", False),
        (inside, "v106", True),
        (inside, "v107", False),
        (inside, "l1", False),
    ):
        assert verdict(ruleset, "prerouting", Packet(sender, web, "tcp", 443, interface)).accepted is genuine


def test_two_hosts_of_a_segment_pass_no_firewall(paths: Paths, lab: Architecture):
    (trace,) = traces(paths, lab.segment("dmz").address4(20), lab.segment("dmz").address4(21), "tcp", 1)
    assert (trace.accepted, trace.passages) == (True, ())


def test_an_address_of_no_zone_is_denied(paths: Paths, lab: Architecture):
    (trace,) = traces(paths, "10.127.0.1", host(lab, "dc1-ns-01").ipv4, "udp", 53)
    assert not trace.accepted


@pytest.mark.parametrize(("name", "port"), [("dc2-ns-01", 53), ("dc2-ns-01", 4444), ("dc1-jump-01", 22)])
def test_the_usual_way_is_the_first_of_all(lab: Architecture, paths: Paths, name: str, port: int):
    connection = Connection(host(lab, "dc1-bak-01").ipv4, host(lab, name).ipv4, "tcp", port)
    assert paths.usual(connection) == paths.traces(connection)[0]
