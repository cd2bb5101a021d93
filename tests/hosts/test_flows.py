"""The flow policy with packets: every declared service and some undeclared ports between real hosts of all zones.

Echoes and datagrams that go in fragments are among them: no port's number is in a later fragment, so firewalls must put
packets together before they look.
What the compiled rules say of a cell, and what became of it, must be the same (FW-1, FW-2, SEP-1).
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.hosts.hosts import Hosts
from network.policy.ruleset import parse
from operations.flow_policy import ProvedPolicy
from reference.handover import Handover, HandoverHost
from tests.hosts.conftest import Each
from tests.hosts.matrix import LARGE, Cell, cells, ends, expected, ports, sent

LEAST = 2000
"""Cells that must have been sent; less would prove little."""

SHOWN = 10

OF_ALL_HOSTS = Path("/proc/sys/net/netfilter/nf_log_all_netns")
"""Whether the kernel logs what rules say in network namespaces of others than the machine itself."""

SPOOF = """import socket, subprocess
forged, to = ("{forged}", "{to}")
subprocess.run(["ip", "address", "add", forged + "/32", "dev", "lo"], check=True)
try:
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.bind((forged, 0))
    for _ in range({times}):
        own.sendto(b"forged", (to, 53))
finally:
    subprocess.run(["ip", "address", "del", forged + "/32", "dev", "lo"], check=True)
"""


@pytest.fixture(scope="module")
def right(booted: Handover, policy: ProvedPolicy) -> dict[Cell, bool]:
    """What the compiled rules say of each cell."""
    return expected(policy, cells(ends(booted), ports(policy.policy.services)))


@pytest.fixture(scope="module")
def seen(
    lab_hosts: Hosts,
    policy: ProvedPolicy,
    right: dict[Cell, bool],
    firewalls: dict[str, HandoverHost],
    each: Each,
) -> dict[Cell, str]:
    """What became of each cell."""
    if not firewalls or not all(said.strip() for said in each([*firewalls], LOADED).values()):
        pytest.skip("not assessed: no firewall has the flow policy; run: ggvv configure --stage network")
    return sent(lab_hosts, right, ports(policy.policy.services))


LOADED = "nft list tables | grep filtering_policies || true"


def wrong(seen: dict[Cell, str], right: dict[Cell, bool], *, allowed: bool) -> list[str]:
    """The cells that are `allowed` or denied on paper, and became something else."""
    passed = {"open"} if allowed else {"silent"}
    told = {cell: said for cell, said in seen.items() if not said.startswith("not sent")}
    return [f"{cell}: {said}" for cell, said in told.items() if right[cell] is allowed and said not in passed]


@pytest.mark.requirement("FW-1", "FW-2")
def test_what_the_policy_allows_is_answered(seen: dict[Cell, str], right: dict[Cell, bool]):
    found = wrong(seen, right, allowed=True)
    assert not found, f"{len(found)} allowed cells were not answered: {'; '.join(found[:SHOWN])}"


@pytest.mark.requirement("FW-1", "FW-2", "SEP-1")
def test_what_the_policy_denies_is_not_answered(seen: dict[Cell, str], right: dict[Cell, bool]):
    found = wrong(seen, right, allowed=False)
    assert not found, f"{len(found)} denied cells were answered: {'; '.join(found[:SHOWN])}"


@pytest.mark.requirement("FW-1")
def test_so_many_cells_were_sent_that_it_proves_something(seen: dict[Cell, str], right: dict[Cell, bool]):
    assessed = {cell for cell, said in seen.items() if not said.startswith("not sent")}
    unsent = Counter(said for said in seen.values() if said.startswith("not sent"))
    assert len(assessed) >= LEAST, f"found {len(assessed)} cells sent of {len(seen)}; {unsent}"
    assert {right[cell] for cell in assessed} == {True, False}, (
        "right is that some cells are allowed and some are denied"
    )


@pytest.mark.requirement("FW-1", "SEP-1")
@pytest.mark.parametrize("kind", ["tcp", "udp", "icmp", "icmpv6", "fragments"])
def test_some_of_every_kind_pass_and_some_are_dropped(seen: dict[Cell, str], kind: str):
    said = Counter(
        outcome for cell, outcome in seen.items() if kind == ("fragments" if cell.size == LARGE else cell.protocol)
    )
    assert said["open"], f"{kind}: found {dict(said)}; right is that some pass"
    assert said["silent"], f"{kind}: found {dict(said)}; right is that some are dropped"


@pytest.mark.requirement("FW-1")
def test_each_flow_that_passed_was_counted_by_its_id(
    seen: dict[Cell, str], policy: ProvedPolicy, firewalls: dict[str, HandoverHost], each: Each
):
    passed = {policy.paths.usual(cell.connection).passages[-1].flow for cell, said in seen.items() if said == "open"}
    flow_of = {
        chain.name: chain.comment.partition(":")[0]
        for text in policy.rules.values()
        for chain in parse(text).chains.values()
    }
    counted: Counter[str] = Counter()
    for said in each([*firewalls], "nft -j list table inet filtering_policies").values():
        for rule in (part["rule"] for part in json.loads(said)["nftables"] if "rule" in part):
            counts = [step["counter"]["packets"] for step in rule["expr"] if "counter" in step]
            counted[flow_of.get(rule["chain"], "")] += sum(counts)
    assert passed, "right is that some flow passed"
    assert not (silent := sorted(flow for flow in passed if not counted[flow])), f"found no count of {silent}"


@pytest.fixture
def pair(booted: Handover, firewalls: dict[str, HandoverHost], each: Each) -> tuple[HandoverHost, HandoverHost]:
    """A workload and a name server, with firewalls between them that have the flow policy."""
    sender = next((host for host in booted.hosts if host.role == "workload"), None)
    server = next((host for host in booted.hosts if host.role == "name-and-time"), None)
    if sender is None or server is None or not all(each([*firewalls], LOADED).values()):
        pytest.skip("not assessed: no workload, name server or configured firewall is up")
    return sender, server


@pytest.fixture
def logged(lab_hosts: Hosts) -> Iterator[Callable[[], str]]:  # noqa: ARG001 - only the lab's machine is ours to read
    """What the kernel has logged since for the lab's hosts: it is the machine's, and is silent of them unless told."""
    before = OF_ALL_HOSTS.read_text()
    OF_ALL_HOSTS.write_text("1")
    log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    os.lseek(log, 0, os.SEEK_END)

    def lines() -> Iterator[str]:
        while True:
            try:
                yield os.read(log, 8192).decode()
            except BrokenPipeError:  # so much was logged that the oldest of it is gone
                continue
            except BlockingIOError:
                return

    try:
        yield lambda: "\n".join(lines())
    finally:
        os.close(log)
        OF_ALL_HOSTS.write_text(before)


@pytest.mark.requirement("FW-1", "SEC-2")
def test_what_is_dropped_is_logged(pair: tuple[HandoverHost, HandoverHost], each: Each, logged: Callable[[], str]):
    sender, server = pair
    each([sender.name], f"timeout 4 bash -c '</dev/tcp/{server.ipv4}/4444' 2>/dev/null || true")
    right = rf"DENY-forward.* SRC={sender.ipv4} DST={server.ipv4} .*PROTO=TCP .*DPT=4444 "
    assert re.search(right, found := logged()), f"found {found!r}; right is a line like {right}"


@pytest.mark.requirement("FW-1", "FW-2")
def test_a_forged_sender_is_dropped_counted_and_logged(
    booted: Handover,
    pair: tuple[HandoverHost, HandoverHost],
    firewalls: dict[str, HandoverHost],
    each: Each,
    logged: Callable[[], str],
):
    """A workload that takes a name server's address reaches nobody with it."""
    sender, server = pair
    forged = next(host for host in booted.hosts if host.role == "log-store").ipv4
    before, times = spoofed(each, firewalls), 20
    each([sender.name], f"python3 -c '{SPOOF.format(forged=forged, to=server.ipv4, times=times)}'")
    assert spoofed(each, firewalls) - before >= times
    assert f" SRC={forged} DST={server.ipv4} " in logged()


def spoofed(each: Each, firewalls: dict[str, HandoverHost]) -> int:
    """Packets with a forged sender that all firewalls dropped."""
    total = 0
    for said in each([*firewalls], "nft -j list chain inet ggvv_senders senders").values():
        rules = [part["rule"] for part in json.loads(said)["nftables"] if "rule" in part]
        total += sum(step["counter"]["packets"] for step in rules[-1]["expr"] if "counter" in step)
    return total
