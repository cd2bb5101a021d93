"""Names both ways by the environment's own servers, and one time for all (NET-1, SEC-2)."""

from __future__ import annotations

import pytest

from reference.handover import HandoverHost
from tests.hosts.asked import Asked
from tests.hosts.expectation import assert_exactly, assert_is
from tests.hosts.facts import Facts

SERVERS = "name-and-time"
OFFSET = 0.1
"""Seconds that a clock may be away from its servers': lines of logs can still be put in order."""


@pytest.mark.requirement("NET-1")
def test_the_host_asks_the_environment_s_name_servers_its_own_site_s_first(
    facts: Facts, machine: HandoverHost, asked: Asked
):
    found = [
        line.split()[1] for line in facts["files"]["/etc/resolv.conf"]["text"].splitlines() if "nameserver" in line
    ]
    servers = [other for other in asked.hosts if other.role == SERVERS]
    assert_exactly(found, [str(server.ipv4) for server in servers], "/etc/resolv.conf")
    own = [str(server.ipv4) for server in servers if server.site == machine.site]
    assert_is(found[: len(own)], own, "the first name server")


@pytest.mark.requirement("NET-1")
def test_names_are_found_by_both_protocols(facts: Facts, machine: HandoverHost, asked: Asked):
    for other in asked.neighbours(machine):
        assert_exactly(facts["names"][asked.fqdn(other)], [str(other.ipv4), str(other.ipv6)], asked.fqdn(other))


@pytest.mark.requirement("NET-1")
def test_addresses_lead_back_to_their_names(facts: Facts, machine: HandoverHost, asked: Asked):
    for other in asked.neighbours(machine):
        for address in (other.ipv4, other.ipv6):
            assert_is(facts["addresses"][str(address)], asked.fqdn(other), str(address))


@pytest.mark.requirement("SEC-2")
def test_time_comes_from_the_environment_s_servers(facts: Facts, machine: HandoverHost, asked: Asked):
    found = [line.split(",")[2] for line in facts.lines("sources") if "," in line]
    servers = [other for other in asked.hosts if other.role == SERVERS and other != machine]
    assert_exactly(found, [str(server.ipv4) for server in servers], "chronyc sources")


@pytest.mark.requirement("SEC-2")
def test_the_clock_follows_a_server_and_is_near_it(facts: Facts):
    tracking = facts["clock"].strip().split(",")
    assert tracking[-1] == "Normal", (
        f"chronyc tracking: found {facts['clock']!r}; right is a clock that follows a server"
    )
    assert abs(float(tracking[4])) < OFFSET, (
        f"chronyc tracking: found an offset of {tracking[4]} s; right is under {OFFSET}"
    )
