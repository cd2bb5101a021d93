"""What hosts listen on is declared, and open only to whom it is for (FW-1, FW-2)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from operations.stack_settings import StackSettings
from reference.errors import ArchitectureError
from reference.fabric import LinkKind
from reference.handover import Handover, undeployed
from reference.host import HostRole
from reference.listener import EVERY, Listener, Opening, every_prefix, listeners_of, load_listeners, openings
from reference.requirement import requirements

FIXTURES = Path(__file__).parents[2] / "fixtures" / "reference"
ROLES = [*map(str, HostRole), "workload"]


@pytest.fixture(scope="module")
def handover() -> Handover:
    return undeployed(StackSettings.read("lab").architecture())


@pytest.fixture(scope="module")
def listeners() -> Sequence[Listener]:
    return load_listeners()


def opening(role: str, identifier: str, handover: Handover) -> Opening:
    return next(o for o in openings(role, load_listeners(), handover) if o.id == identifier)


@pytest.mark.requirement("FW-1")
def test_every_listener_has_a_known_role_a_reason_and_a_requirement(listeners: Sequence[Listener]):
    for listener in listeners:
        assert listener.role in {EVERY, *ROLES}
        assert listener.reason
        assert listener.requirement in requirements()


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize("role", ROLES)
def test_a_host_is_administered_from_the_administration_segment_only(role: str, handover: Handover):
    ssh = opening(role, "LIS-SSH", handover)
    administration = next(s for s in handover.segments if s.zone == "administration")
    assert (ssh.ports, ssh.ipv4, ssh.ipv6) == ("22", (administration.ipv4,), (administration.ipv6,))


@pytest.mark.requirement("FW-2")
def test_a_workload_listens_on_nothing_but_ssh_until_more_is_declared(listeners: Sequence[Listener]):
    assert [listener.service for listener in listeners_of("workload", listeners)] == ["ssh"]


@pytest.mark.requirement("SEC-2")
def test_only_relays_reach_the_log_store(handover: Handover):
    logging = {s.ipv4 for s in handover.segments if s.zone == "logging"}
    assert set(opening("log-store", "LIS-LOG-STORE", handover).ipv4) == logging


@pytest.mark.requirement("SEC-1")
def test_every_host_may_send_its_log_to_a_relay_from_any_of_its_addresses(handover: Handover):
    prefixes = opening("log-relay", "LIS-LOG-RELAY", handover).ipv4
    towards_municipalities = {link.name for link in handover.links if link.kind is LinkKind.WAN}
    for host in handover.hosts:
        for interface in (i for i in host.interfaces if i.network not in towards_municipalities):
            assert any(interface.ipv4.ip in prefix for prefix in prefixes), f"{host.name}, {interface.name}"


def test_ipv4_and_ipv6_are_opened_alike(handover: Handover):
    ipv4, ipv6 = every_prefix(handover)
    assert len(ipv4) == len(ipv6)


@pytest.mark.requirement("FW-1", "NET-1")
@pytest.mark.parametrize("identifier", ["LIS-BGP", "LIS-BFD", "LIS-CONNTRACKD"])
def test_what_firewalls_say_to_each_other_is_let_in_from_the_wires_that_they_share_alone(
    identifier: str, handover: Handover
):
    found = opening("firewall", identifier, handover)
    wires = {segment.ipv4 for segment in handover.segments if segment.zone == "transit"}
    wires |= {link.ipv4 for link in handover.links if link.kind is LinkKind.CORE}
    assert {*found.ipv4} == wires
    assert len(found.ipv6) == len(found.ipv4)


@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        ("listener_twice", "the id LIS-A is given twice"),
        ("listener_ports_backwards", "LIS-A has ports 20-10; right is a port from 1 to 65535"),
    ],
)
def test_a_bad_listener_is_refused(fixture: str, sentence: str):
    with pytest.raises(ArchitectureError) as caught:
        load_listeners(FIXTURES / fixture)
    assert sentence in str(caught.value)


def test_a_zone_that_no_segment_has_is_refused(handover: Handover):
    values = {"id": "LIS-A", "role": "every", "service": "a", "protocol": "tcp", "ports": "1", "from": ["moon"]}
    listener = Listener.model_validate({**values, "reason": "a", "requirement": "FW-1"})
    with pytest.raises(ArchitectureError) as caught:
        openings("jump", [listener], handover)
    assert "LIS-A may be reached from zone 'moon', which no segment has" in str(caught.value)
