"""What a host lets in: exactly the declared, by its own firewall as well (FW-1, FW-2)."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from reference.handover import Handover, HandoverHost
from reference.listener import load_listeners, openings
from tests.hosts.asked import listeners, settings
from tests.hosts.expectation import assert_all, assert_exactly, assert_is
from tests.hosts.facts import Facts

TABLE = "ggvv_host"
SENDERS, EPHEMERAL = ("bfdd", "conntrackd"), 32768
"""Programs that send from UDP ports of their own choice, and the first of such: nothing is let in there."""


def open_doors(lines: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Protocol, port and program of each socket that other hosts could reach."""
    for line in lines:
        protocol, _state, _received, _sent, local, *rest = line.split()
        address, _, port = local.rpartition(":")
        plain = address.partition("%")[0].strip("[]")
        if protocol == "udp" and int(port) >= EPHEMERAL and any(f'"{name}"' in rest[-1] for name in SENDERS):
            continue
        if plain == "*" or not ipaddress.ip_address(plain).is_loopback:
            yield protocol, int(port), rest[-1]


@pytest.mark.requirement("FW-1", "FW-2")
def test_nothing_listens_but_the_declared(facts: Facts, machine: HandoverHost):
    declared = listeners(machine)
    surplus = {
        f"{protocol} {port} ({program})"
        for protocol, port, program in open_doors(facts.lines("sockets"))
        if not any(d.protocol == protocol and d.first <= port <= d.last for d in declared)
    }
    assert not surplus, f"found listening: {', '.join(sorted(surplus))}; right is only what listeners.yaml declares"


@pytest.mark.requirement("FW-2")
def test_every_declared_listener_listens(facts: Facts, machine: HandoverHost):
    found = {(protocol, port) for protocol, port, _ in open_doors(facts.lines("sockets"))}
    silent = [
        f"{d.id} ({d.protocol} {d.ports})"
        for d in listeners(machine)
        if not any(d.protocol == protocol and d.first <= port <= d.last for protocol, port in found)
    ]
    assert not silent, f"found nobody listening for {', '.join(silent)}"


def own_rules(facts: Facts, kind: str) -> list[dict[str, Any]]:
    """The chains or rules of the host's own firewall, as the kernel has them."""
    loaded = json.loads(facts["rules"])["nftables"]
    return [part[kind] for part in loaded if kind in part and part[kind]["table"] == TABLE]


@pytest.mark.requirement("FW-1", "FW-2")
def test_the_host_s_firewall_drops_all_else(facts: Facts):
    inputs = [chain for chain in own_rules(facts, "chain") if chain.get("hook") == "input"]
    assert_is([chain["policy"] for chain in inputs], ["drop"], "policy of the host's input chain")


@pytest.mark.requirement("FW-1", "FW-2")
def test_the_host_s_firewall_opens_exactly_the_declared(facts: Facts, machine: HandoverHost, booted: Handover):
    named = {rule["comment"] for rule in own_rules(facts, "rule") if rule.get("comment", "").startswith("LIS-")}
    declared = {each.id for each in openings(machine.role, load_listeners(), booted)}
    assert_exactly(named, declared, "openings of the host")


@pytest.mark.requirement("FW-2", "SEC-1")
def test_the_kernel_has_every_declared_network_setting(facts: Facts, machine: HandoverHost):
    assert_all(facts["sysctl"], settings("net", machine.role), "/proc/sys")
