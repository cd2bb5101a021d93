"""The firewalls: one holder of each gateway, neighbours that watch each other, declared routes only, compiled rules."""

from __future__ import annotations

import json
from collections import defaultdict
from ipaddress import ip_network

import pytest

from operations.flow_policy import ProvedPolicy
from reference.handover import Handover, HandoverHost
from reference.interface import InterfaceKind
from reference.routing import Router, router_of
from tests.hosts.conftest import Each
from tests.hosts.expectation import assert_exactly, assert_is

RULES = "/etc/nftables.d/50-flow-policy.nft"
TABLES = ("filtering_policies", "ggvv_senders")


@pytest.fixture(scope="module")
def declared(booted: Handover, firewalls: dict[str, HandoverHost]) -> dict[str, Router]:
    return {name: router_of(host, booted) for name, host in firewalls.items()}


@pytest.fixture(scope="module", autouse=True)
def configured(each: Each, firewalls: dict[str, HandoverHost]) -> None:
    """Firewalls that nobody configured yet are not assessed."""
    if not firewalls or "inactive" in "".join(each([*firewalls], "systemctl is-active keepalived || true").values()):
        pytest.skip("not assessed: the firewalls are not configured; run: ggvv configure --stage network")


@pytest.fixture(scope="module")
def addresses(each: Each, firewalls: dict[str, HandoverHost]) -> dict[str, set[str]]:
    """The addresses that each firewall has."""
    return {
        name: {info["local"] for link in json.loads(said) for info in link["addr_info"]}
        for name, said in each([*firewalls], "ip -json address show").items()
    }


@pytest.fixture(scope="module")
def holders(booted: Handover, addresses: dict[str, set[str]]) -> dict[str, dict[str, set[str]]]:
    """Who holds each segment's gateway, by family."""
    return {
        segment.name: {
            str(gateway): {name for name, own in addresses.items() if str(gateway) in own}
            for gateway in (segment.gateway4, segment.gateway6)
        }
        for segment in booted.segments
    }


@pytest.mark.requirement("FW-1", "NET-1")
def test_each_gateway_has_exactly_one_holder_of_both_its_addresses(holders: dict[str, dict[str, set[str]]]):
    wrong = {
        segment: found
        for segment, found in holders.items()
        if len({name for names in found.values() for name in names}) != 1 or not all(found.values())
    }
    assert not wrong, f"found {wrong}; right is one firewall for each segment"


@pytest.mark.requirement("NET-1")
def test_a_site_s_own_segments_have_the_same_holder(booted: Handover, holders: dict[str, dict[str, set[str]]]):
    by_site: dict[str, set[str]] = defaultdict(set)
    for segment in booted.segments:
        if len(segment.sites) == 1:
            by_site[segment.sites[0]] |= {name for names in holders[segment.name].values() for name in names}
    assert {site: len(names) for site, names in by_site.items()} == dict.fromkeys(by_site, 1)


@pytest.mark.requirement("NET-1")
def test_each_of_a_pair_is_told_of_sessions_that_begin_at_the_other_alone(
    each: Each, firewalls: dict[str, HandoverHost]
):
    """Not of those that pass both, and not of what it told itself."""
    command = "nft list chain inet ggvv_sessions told; sysctl net.netfilter.nf_conntrack_events"
    for name, said in each([*firewalls], f"sh -c '{command}'").items():
        host = firewalls[name]
        transit = next(interface.name for interface in host.interfaces if interface.network == host.segments[0])
        found = [
            line.strip() for line in said.splitlines() if line.strip().startswith(("iifname", "oifname", "ct", "net"))
        ]
        right = [
            f'iifname "{transit}" accept',
            f'oifname "{transit}" accept',
            "ct state related,new ct event set new,destroy,reply,assured,protoinfo",
            "net.netfilter.nf_conntrack_events = 0",
        ]
        assert_is(found, right, f"{name}: of which sessions the other is told")


@pytest.mark.requirement("NET-1")
def test_every_neighbour_is_established_and_watched(each: Each, declared: dict[str, Router]):
    sessions = each([*declared], "vtysh -c 'show bgp neighbors json'")
    watched = each([*declared], "vtysh -c 'show bfd peers json'")
    for name, router in declared.items():
        addresses = {str(address) for n in router.neighbours for address in (n.ipv4, n.ipv6)}
        found = {peer: seen["bgpState"] for peer, seen in json.loads(sessions[name]).items()}
        assert_is(found, dict.fromkeys(addresses, "Established"), f"{name}: BGP")
        seen = {peer["peer"]: peer["status"] for peer in json.loads(watched[name])}
        assert_is(seen, dict.fromkeys(addresses, "up"), f"{name}: BFD")


@pytest.mark.requirement("NET-1", "SEP-1")
@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_routes_are_exactly_the_declared_and_no_default(
    each: Each, firewalls: dict[str, HandoverHost], declared: dict[str, Router], family: str
):
    for name, said in each([*firewalls], f"ip -{family[-1]} -json route show").items():
        router, local = declared[name], local_routes(firewalls[name], family)
        right = {str(p) for origin in (router.own, *router.others) for p in getattr(origin, family)}
        found = {r["dst"] if r["dst"] == "default" else str(ip_network(r["dst"])) for r in json.loads(said)}
        assert_exactly(found - local, right - local, f"{name}: {family} routes")


def local_routes(host: HandoverHost, family: str) -> set[str]:
    """What a firewall has of itself: its own addresses, its links and the wires' link-local addresses."""
    own = [(interface.kind, getattr(interface, family)) for interface in host.interfaces]
    links = {str(address.network) for kind, address in own if kind is InterfaceKind.LINK}
    return {"fe80::/64", *links, *(str(ip_network(address.ip)) for _, address in own)}


@pytest.mark.requirement("NET-1")
def test_every_other_site_is_reached_over_two_disjoint_paths(each: Each, declared: dict[str, Router], booted: Handover):
    tables = each([*declared], "vtysh -c 'show bgp ipv4 unicast json'")
    path_of = {link.name: link.path for link in booted.links}
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, router in declared.items():
        link_of = {i.name: i.network for i in next(h for h in booted.hosts if h.name == name).interfaces}
        routes = json.loads(tables[name])["routes"]
        for neighbour in (n for n in router.neighbours if not n.internal):
            other = next(origin for origin in router.others if origin.asn == neighbour.asn)
            direct = [path for path in routes.get(str(other.ipv4[0]), ()) if path.get("peerId") == str(neighbour.ipv4)]
            if any(path.get("valid") for path in direct):
                ways[router.own.site, other.site].add(path_of[link_of[neighbour.interface]])
    sites = {router.own.site for router in declared.values()}
    assert ways == {(a, b): {"north", "south"} for a in sites for b in sites if a != b}


@pytest.mark.requirement("FW-1", "FW-2")
def test_the_rules_are_the_compiled_and_what_is_loaded_is_what_they_load(
    each: Each, firewalls: dict[str, HandoverHost], policy: ProvedPolicy
):
    """The file is loaded once more in a network namespace of nobody's, and the kernel's answers are compared."""
    listed = " && ".join(f"nft --stateless list table inet {table}" for table in TABLES)
    for name, said in each([*firewalls], f"cat {RULES}").items():
        assert_is(f"{said.strip()}\n", f"{policy.rules[firewalls[name].site].strip()}\n", f"{name}: {RULES}")
    loaded = each([*firewalls], listed)
    fresh = each([*firewalls], f"unshare --net sh -c 'nft --file {RULES} && {listed}'")
    assert_is(loaded, fresh, "loaded rules")


@pytest.mark.requirement("FW-1")
def test_the_bootstrap_is_off_for_good(each: Each, firewalls: dict[str, HandoverHost]):
    asked = "systemctl is-active ggvv-bootstrap; systemctl is-enabled ggvv-bootstrap; true"
    for name, said in each([*firewalls], asked).items():
        assert not {*said.split()} & {"active", "enabled"}, f"{name}: found the bootstrap {said.split()}"
