"""What happens to traffic when a firewall or a link is lost, and while rules are loaded (NET-1, FW-1, CAP-2)."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Iterator

import pytest

from lab.hosts.hosts import Hosts
from reference.handover import Handover
from reference.routing import routers
from tests.drills.conftest import TIMES, mend
from tests.drills.traffic import LONGEST, WHOLE, Network
from tests.drills.waiting import until
from tests.hosts.matrix import listening

pytestmark = pytest.mark.requirement("NET-1", "CAP-2")

COUNT = """table inet ggvv_drill {{ chain arrived {{
  type filter hook prerouting priority -300
  ip saddr {sender} udp dport 9999 counter
}}
}}"""
"""Counts what arrives, before the host's own firewall."""

FLOOD = """import socket, sys, time
own, until, sent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), time.monotonic() + 9, 0
while time.monotonic() < until:
    own.sendto(b"x", (sys.argv[1], 9999))
    sent += 1
    time.sleep(0.0005)
print(sent)"""
"""Sends to a port that no flow allows, for nine seconds; says how many."""

OPENING = """import socket, struct, sys
lost = 0
for _ in range(int(sys.argv[2])):
    with socket.create_connection((sys.argv[1], 51515), timeout=30) as own:
        lost += struct.unpack_from("I", own.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 100)[0] > 0
    if lost > int(sys.argv[3]):
        break
print(lost)"""
"""Opens connections one by one; says for how many of them a packet had to be sent again (tcp_info's total_retrans).

Ends early where there are more of them than the third argument says.
"""

OPENED, FEW = 3000, 6
"""Connections that are opened, and those of them that may lose a packet on a busy machine."""

NARROW, WIDE = 1400, 1500
"""Bytes of the largest packet on links between sites, as a tunnel would leave them, and as they are."""

LARGE = 1_000_000
"""Bytes of a transfer that needs packets of full size."""

SETTLED = 8.0
"""Seconds that a drill watches before it ends."""


@pytest.fixture
def network(lab_hosts: Hosts, booted: Handover, request: pytest.FixtureRequest) -> Iterator[Network]:
    """Whole firewalls, and whole again afterwards."""
    made = Network(lab_hosts, booted)
    if "active" not in made.run(routers(booted)[0].name, "systemctl is-active keepalived").split():
        pytest.skip("not assessed: the firewalls are not configured; run: ggvv configure --stage network")
    made.mend()
    try:
        yield made
    finally:
        made.mend()
        request.config.stash.setdefault(TIMES, {})[request.node.name] = made.times


def test_the_firewall_that_holds_the_gateways_crashed(network: Network):
    lost = network.holder("dc1")
    with network.session("dc1-ns-01") as session, network.pinged("dc1-jump-01", "dc1-ns-01", "without traffic"):
        network.hosts.crash(lost)
        session.listen(SETTLED)
    network.times["longest stall of the open session"] = session.stall
    assert session.stall < LONGEST
    assert network.holder("dc1") != lost


def test_a_firewall_that_comes_back_is_told_of_the_sessions_that_began_without_it(network: Network):
    """Else what it is given to pass on would be nobody's, should it get the gateways."""
    holder = network.holder("dc1")
    back = next(host.name for host in routers(network.handover) if host.site == "dc1" and host.name != holder)
    known = f"sudo conntrack -L -p tcp --orig-port-dst 22 --orig-dst {network.address('dc1-ns-01')} --state ESTABLISHED"
    network.hosts.crash(back)
    with network.session("dc1-ns-01"):
        assert "ASSURED" in network.run(holder, known)
        network.mend()
        until(lambda: "ASSURED" in network.run(back, known), f"{back} knows the session", WHOLE)


def test_a_session_goes_on_when_the_other_firewall_forgets_its_copy(network: Network):
    """Copies see no packets, so they end by time alone; by then the same ports may be in use by a new session."""
    holder = network.holder("dc1")
    other = next(host.name for host in routers(network.handover) if host.site == "dc1" and host.name != holder)
    of_session = f"-p tcp --orig-port-dst 22 --orig-dst {network.address('dc1-ns-01')} --state ESTABLISHED"
    with network.session("dc1-ns-01") as session:
        until(lambda: "ASSURED" in network.run(other, f"sudo conntrack -L {of_session}"), f"{other} has a copy", WHOLE)
        known = re.findall(r" id=(\d+)", network.run(holder, f"sudo conntrack -L -o id {of_session}"))
        assert "ESTABLISHED" in network.run(other, f"sudo conntrack -D {of_session}")
        session.listen(SETTLED)
        assert re.findall(r" id=(\d+)", network.run(holder, f"sudo conntrack -L -o id {of_session}")) == known != []
    network.times["longest stall of the open session"] = session.stall


def test_connections_that_pass_both_of_a_pair_lose_no_packet(network: Network):
    """With the link of the gateways' holder cut, all goes in by one firewall and out by the other."""
    number = network.holder("dc1")[-2:]
    network.hosts.cut(f"dc1-fw-{number}", f"dc2-fw-{number}")
    time.sleep(SETTLED)
    with listening(network.hosts, ["dc2-bak-01"], {"tcp": [51515], "udp": [51515]}):
        words = ["python3", "-c", OPENING, network.address("dc2-bak-01"), str(OPENED), str(FEW)]
        lost = int(network.run("dc1-ns-01", shlex.join(words)) or OPENED)
    assert lost <= FEW, f"{lost} of {OPENED} connections lost a packet; right is at most {FEW}"


def test_the_link_in_use_between_the_zones_cut(network: Network):
    number = network.holder("dc2")[-2:]
    with network.session("dc2-ns-01") as session, network.pinged("dc1-jump-01", "dc2-ns-01", "without traffic"):
        network.hosts.cut(f"dc1-fw-{number}", f"dc2-fw-{number}")
        session.listen(SETTLED)
    network.times["longest stall of the open session"] = session.stall
    assert session.stall < LONGEST


def test_both_links_between_the_zones_cut_and_traffic_goes_over_dc3(network: Network):
    with network.pinged("dc1-jump-01", "dc2-ns-01", "without traffic"):
        for number in ("01", "02"):
            network.hosts.cut(f"dc1-fw-{number}", f"dc2-fw-{number}")
        time.sleep(SETTLED)
    assert len(network.hosts.cuts()) == 2


def test_a_site_cut_off_goes_on_within_itself_and_so_do_the_others(network: Network):
    within, between = "without traffic within the site", "without traffic between the others"
    with (
        network.pinged("dc2-jump-01", "dc2-ns-01", within),
        network.pinged("dc1-jump-01", "dc3-log-01", between),
    ):
        for other in ("dc1", "dc3"):
            network.hosts.cut("dc2", other)
        time.sleep(SETTLED)
        assert not network.reaches("dc1-jump-01", "dc2-ns-01"), "right is that dc2 is cut off"
    began = time.monotonic()
    mend(network.hosts)
    until(lambda: network.reaches("dc1-jump-01", "dc2-ns-01"), "dc2 is reached again", WHOLE)
    network.times["reached again"] = time.monotonic() - began


def test_a_router_restarted(network: Network):
    """Its routes go with it until its neighbours are back, for it restarts without grace (RFC 4724)."""
    holder = network.holder("dc1")
    with network.session("dc2-ns-01") as session, network.pinged("dc1-jump-01", "dc2-ns-01", "without traffic"):
        network.run(holder, "sudo systemctl restart frr")
        session.listen(SETTLED)
    network.times["longest stall of the open session"] = session.stall
    assert session.stall < LONGEST


def test_a_path_that_got_narrow_is_told_to_the_sender_and_large_transfers_go_on(network: Network):
    """Firewalls must let "fragmentation needed" and "packet too big" through (RFC 1191, RFC 8201)."""
    try:
        network.narrow(NARROW)
        for family, largest in ((4, NARROW - 28), (6, NARROW - 48)):
            to = network.address("dc2-ns-01", family)
            told = network.run("dc1-jump-01", f"sudo ping -n -c 3 -M do -s {largest + 1} {to} 2>&1")
            assert re.search(rf"mtu[ =]+{NARROW}", told), (
                f"IPv{family}: found {told!r}; right is to be told of {NARROW}"
            )
            fits = network.run("dc1-jump-01", f"sudo ping -n -c 1 -W 2 -M do -s {largest} {to} 2>&1")
            assert " 0% packet loss" in fits, f"IPv{family}: found {fits!r}; right is that {NARROW} bytes pass"
        assert len(network.run("dc2-ns-01", f"head -c {LARGE} /dev/zero | tr '\\0' x", via="dc1")) == LARGE
    finally:
        network.narrow(WIDE)


@pytest.mark.requirement("FW-1")
def test_rules_stay_when_what_loads_them_at_boot_is_stopped(network: Network):
    """A firewall without rules would let all pass: `systemctl stop nftables` must not make one."""
    holder = network.holder("dc1")
    name = next(h.name for h in routers(network.handover) if h.site == "dc1" and h.name != holder)
    same = "sudo ggvv-rules same /etc/ggvv/flow-policy.nft; echo $?"
    try:
        network.run(name, "sudo systemctl stop nftables")
        assert network.run(name, same).split()[-1] == "0"
    finally:
        network.run(name, "sudo systemctl start nftables")
    assert network.run(name, same).split()[-1] == "0"


@pytest.mark.requirement("FW-1")
def test_nothing_denied_passes_while_rules_are_loaded_and_no_session_ends(network: Network):
    """A flood that no flow allows, while every firewall loads its rules again and again."""
    flood = next(host for host in network.handover.hosts if host.role == "workload")
    server = next(host for host in network.handover.hosts if host.name == "dc1-ns-01")
    count = COUNT.format(sender=flood.ipv4)
    network.run(server.name, f"echo '{count}' | sudo nft -f -")
    try:
        with network.session(server.name) as session:
            words = [*network.hosts.ssh_command(flood.name), shlex.join(["python3", "-c", FLOOD, str(server.ipv4)])]
            with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as flooding:
                for _ in range(3):
                    for host in routers(network.handover):
                        again = "for i in 1 2 3 4 5; do nft -f /etc/nftables.d/50-flow-policy.nft; done"
                        network.run(host.name, f"sudo sh -c '{again}'")
                    session.listen(0.5)
                sent = int(flooding.communicate(timeout=60)[0] or 0)
        passed = network.run(server.name, "sudo nft list table inet ggvv_drill")
    finally:
        network.run(server.name, "sudo nft delete table inet ggvv_drill")
    network.times["longest stall of the open session"] = session.stall
    assert sent > 1000
    assert "counter packets 0 " in passed, f"{sent} sent, and some passed: {passed}"


@pytest.mark.requirement("FW-1")
def test_rules_that_cut_the_way_in_are_taken_back(network: Network):
    """Nobody can confirm them, so a timer does it; the policy's own check would have refused them before."""
    holder = network.holder("dc1")
    name = next(h.name for h in routers(network.handover) if h.site == "dc1" and h.name != holder)
    path, patience = "/run/ggvv-cut-off.nft", 8
    cut = f"sed '/jump FLOW-SSH/d; /ct state established/d' /etc/nftables.d/50-flow-policy.nft > {path}"
    network.run(name, f"sudo sh -c {shlex.quote(cut)}")
    tried = [*network.hosts.ssh_command(name), f"sudo ggvv-rules try {path} {patience}"]
    began = time.monotonic()
    with subprocess.Popen(tried, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        until(lambda: not network.lets_in(name), "the rules cut the way in", patience)
        until(lambda: network.lets_in(name), "the way in is back", WHOLE)
    network.times["way in back"] = time.monotonic() - began
    assert network.run(name, "sudo ggvv-rules same /etc/ggvv/flow-policy.nft; echo $?").split()[-1] == "0"
