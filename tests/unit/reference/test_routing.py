"""Who speaks BGP with whom and may announce what; who can hold which gateway (NET-1, FW-1)."""

from __future__ import annotations

from collections import Counter

import pytest

from reference.architecture import Architecture
from reference.gateway import gateways_of, partner_of
from reference.handover import Handover, HandoverHost, undeployed
from reference.routing import Router, asn_of, origin_of, router_of, routers

SITES = ("dc1", "dc2", "dc3")


@pytest.fixture(scope="module")
def handover(whole: Architecture) -> Handover:
    return undeployed(whole)


def firewall(name: str, handover: Handover) -> HandoverHost:
    return next(host for host in handover.hosts if host.name == name)


def router(name: str, handover: Handover) -> Router:
    return router_of(firewall(name, handover), handover)


@pytest.mark.requirement("NET-1")
def test_a_site_is_one_autonomous_system_and_no_two_sites_are_the_same(handover: Handover):
    numbers = {(host.site, asn_of(host)) for host in routers(handover)}
    assert {site for site, _ in numbers} == {*SITES}
    assert len(numbers) == len({asn for _, asn in numbers}) == len(SITES)


@pytest.mark.requirement("NET-1")
def test_each_router_has_its_partner_and_one_neighbour_at_each_other_site(handover: Handover):
    for host in routers(handover):
        found = {(n.name, n.internal) for n in router_of(host, handover).neighbours}
        number = host.name[-2:]
        partner = {"01": "02", "02": "01"}[number]
        others = {(f"{site}-fw-{number}", False) for site in SITES if site != host.site}
        assert found == others | {(f"{host.site}-fw-{partner}", True)}


@pytest.mark.requirement("NET-1")
def test_both_ends_of_a_wire_know_each_other_by_the_same_addresses(handover: Handover):
    for host in routers(handover):
        for neighbour in router_of(host, handover).neighbours:
            back = next(n for n in router(neighbour.name, handover).neighbours if n.name == host.name)
            own = {(i.ipv4.ip, i.ipv6.ip) for i in host.interfaces if i.name == neighbour.interface}
            assert own == {(back.ipv4, back.ipv6)}


@pytest.mark.requirement("NET-1", "SEP-1")
def test_a_site_may_announce_its_segments_and_loopbacks_and_never_a_default(handover: Handover):
    for site in SITES:
        origin = origin_of(site, handover)
        segments = {segment.ipv4 for segment in handover.segments if site in segment.sites}
        assert segments < {*origin.ipv4}
        assert len(origin.ipv4) == len(origin.ipv6) == len(segments) + 2
        assert all(prefix.prefixlen > 0 for prefix in (*origin.ipv4, *origin.ipv6))


def test_only_segments_that_span_sites_are_announced_by_more_than_one(handover: Handover):
    count = Counter(prefix for site in SITES for prefix in origin_of(site, handover).ipv4)
    spanning = {segment.ipv4 for segment in handover.segments if len(segment.sites) > 1}
    assert {prefix for prefix, times in count.items() if times > 1} == spanning


@pytest.mark.requirement("FW-1")
def test_in_each_segment_every_firewall_has_a_priority_of_its_own(handover: Handover):
    for segment in handover.segments:
        found = [g for host in routers(handover) for g in gateways_of(host, handover) if g.segment == segment.name]
        assert len(found) == 2 * len(segment.sites)
        assert len({gateway.priority for gateway in found}) == len(found)
        assert {gateway.shared4.ip for gateway in found} == {segment.gateway4}


@pytest.mark.requirement("FW-1")
def test_a_spanning_segment_is_dc1_s_pair_s_first(handover: Handover):
    order = {
        host.name: gateway.priority
        for host in routers(handover)
        for gateway in gateways_of(host, handover)
        if gateway.segment == "administration"
    }
    assert sorted(order, key=order.__getitem__, reverse=True) == ["dc1-fw-01", "dc1-fw-02", "dc2-fw-01", "dc2-fw-02"]


def test_partners_share_the_transit(handover: Handover):
    partner = partner_of(firewall("dc1-fw-01", handover), handover)
    assert partner is not None
    assert (partner.name, str(partner.own), str(partner.peer)) == ("dc1-fw-02", "10.65.9.2", "10.65.9.3")


def test_a_firewall_alone_has_no_partner(handover: Handover):
    alone = handover.model_copy(update={"hosts": tuple(h for h in handover.hosts if h.name != "dc1-fw-02")})
    assert partner_of(firewall("dc1-fw-01", alone), alone) is None


@pytest.mark.requirement("NET-1")
def test_both_ends_of_a_link_prefer_it_alike_and_no_two_links_of_a_site(handover: Handover):
    for host in routers(handover):
        for neighbour in (n for n in router_of(host, handover).neighbours if not n.internal):
            back = next(n for n in router(neighbour.name, handover).neighbours if n.name == host.name)
            assert back.metric == neighbour.metric
    for site in SITES:
        own = [n for host in routers(handover) if host.site == site for n in router_of(host, handover).neighbours]
        assert len({n.metric for n in own if not n.internal}) == len([n for n in own if not n.internal])
