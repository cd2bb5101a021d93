"""What drills need: a whole cluster before and after each, data that is read again, and a table of times at the end."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from lab.hosts.errors import HostsError
from lab.hosts.hosts import Hosts
from lab.place import Lab
from reference.cluster import Cluster
from reference.routing import routers
from tests.deploy.conftest import Commands
from tests.drills.waiting import until
from tests.drills.watch import Watch
from tests.hosts.conftest import asked, booted, cluster, each, lab_hosts, on, place

__all__ = ["asked", "booted", "cluster", "each", "lab_hosts", "on", "place"]

MOUNT = "/srv/shared"
WHOLE = 180.0
"""Seconds that a cluster gets to be whole again; a busy machine boots four hosts meanwhile."""

PARTED = """table inet ggvv_drill {{ chain parted {{
  type filter hook forward priority -10
  ip saddr {{ {one} }} ip daddr {{ {other} }} drop
  ip saddr {{ {other} }} ip daddr {{ {one} }} drop
}}
}}"""
JOINED = "table inet ggvv_drill; delete table inet ggvv_drill"
"""What keeps zones apart that could still reach each other over the third site, and what ends a drill's rules."""

TIMES = pytest.StashKey[dict[str, dict[str, float]]]()


def each_of(do: Callable[[str], None], names: Iterable[str]) -> None:
    """Do it to hosts, side by side."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(do, names))


def mend(hosts: Hosts) -> None:
    """Heal every line and start every host that is down; lines of such a host are whole only after it."""
    for line in hosts.cuts():
        with suppress(HostsError):
            hosts.heal(line.name)
    each_of(hosts.start, [host.name for host in hosts.status() if not host.running])
    for line in hosts.cuts():
        hosts.heal(line.name)


@dataclass(frozen=True)
class Drill:
    """The cluster of a lab, to be broken and mended."""

    hosts: Hosts
    cluster: Cluster
    times: dict[str, float] = field(default_factory=dict)

    def run(self, node: str, command: str, seconds: float = 30) -> str:
        """What a command on a node printed.

        Raises:
            AssertionError: it failed, or did not end within `seconds`.
        """
        words = [*self.hosts.ssh_command(node), f"sudo timeout {seconds:.0f} {command}"]
        result = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert result.returncode == 0, f"{node}: {command} ended with {result.returncode}: {result.stderr}"
        return result.stdout.strip()

    def within(self, seconds: float, node: str, command: str) -> None:
        """Wait until a command on a node succeeds.

        Raises:
            AssertionError: it did not within that time.
        """

        def succeeds() -> bool:
            with suppress(AssertionError):
                self.run(node, command)
                return True
            return False

        until(succeeds, f"{node}: {command} succeeds", seconds)

    def load(self, host: str, rules: str) -> None:
        """Load rules into a host's packet filter, beside its own."""
        self.run(host, f"sh -c {shlex.quote(f'echo {shlex.quote(rules)} | nft --file -')}")

    def part(self) -> None:
        """Take away all that joins the zones: what is between them, and the way over the third site."""
        handover = self.hosts.plan().handover
        one, other = (
            ", ".join(str(segment.ipv4) for segment in handover.segments if segment.sites == (site,))
            for site in self.cluster.sites
        )
        rules = PARTED.format(one=one, other=other)
        for router in (router for router in routers(handover) if router.site not in self.cluster.sites):
            self.load(router.name, rules)
        self.hosts.cut(*self.cluster.sites)

    def crash(self, names: Iterable[str]) -> None:
        """Take the power from hosts, side by side."""
        each_of(self.hosts.crash, names)

    def mend(self) -> None:
        """Heal every line and start every host that is down."""
        mend(self.hosts)
        for router in routers(self.hosts.plan().handover):
            self.load(router.name, JOINED)

    def heal(self) -> None:
        """Mend everything and wait for full redundancy, and note how long it took."""
        began = time.monotonic()
        self.mend()
        self.wait_whole()
        self.times["whole again"] = time.monotonic() - began

    def obstacle(self) -> str:
        """What the cluster lacks of full redundancy; nothing if it is whole."""
        down = [host.name for host in self.hosts.status() if not host.running]
        if down or self.hosts.cuts():
            return f"down: {down}, cut: {[line.name for line in self.hosts.cuts()]}"
        try:
            return next(filter(None, (look() for look in (self._votes, self._services, self._copies))), "")
        except AssertionError as error:
            return str(error)

    def wait_whole(self) -> None:
        """Wait for full redundancy.

        A node whose loss nobody could confirm while there was no quorum is stopped when the others are back, even if it
        boots just then, and stays off. So an operator starts it once more; twice would be a fault.

        Raises:
            AssertionError: the cluster isn't whole within `WHOLE` seconds, or a node is stopped again; says which.
        """
        began, started = time.monotonic(), set[str]()
        while lack := self.obstacle():
            assert time.monotonic() - began < WHOLE, f"not whole within {WHOLE:.0f} s: {lack}"
            down = {host.name for host in self.hosts.status() if not host.running}
            assert not down & started, f"stopped again after it was started once more: {sorted(down & started)}"
            if down:
                self.mend()
                started |= down
            time.sleep(0.5)

    def write(self, node: str) -> tuple[str, str]:
        """Write data into the store from a node; its path and checksum."""
        path = f"{MOUNT}/drill-{uuid.uuid4()}"
        command = f"sh -c 'head -c 4000000 /dev/urandom | tee {path} | sha256sum && sync {path}'"
        return path, self.run(node, command)

    def read(self, node: str, path: str) -> str:
        """The checksum of data in the store, read from a node."""
        return self.run(node, f"sh -c 'sha256sum < {path}'")

    def beats(self) -> list[tuple[float, float, str]]:
        """When the service ran (from, until, seconds since 1970) and on which node, all times in order."""
        found = []
        for node in self.cluster.nodes:
            said = self.run(node.name, "sh -c 'cd /var/lib/ggvv-beat 2>/dev/null && grep -H . *.[0-9]* || true'")
            found += [(*map(float, line.split(":")), node.name) for line in said.splitlines()]
        return sorted((began, ended, node) for began, ended, node in found)

    def _votes(self) -> str:
        said = self.run(self.cluster.nodes[0].name, "corosync-quorumtool -s || true")
        votes = re.search(r"^Total votes:\s+(\d+)", said, re.MULTILINE)
        return "" if votes and int(votes[1]) == self.cluster.votes else f"votes: {votes and votes[1]}"

    def _services(self) -> str:
        said = ET.fromstring(self.run(self.cluster.nodes[0].name, "crm_mon --one-shot --output-as=xml"))
        bad = [str(r.get("id")) for r in said.iter("resource") if r.get("active") != "true"]
        offline = [str(n.get("name")) for n in said.iterfind("./nodes/node") if n.get("online") != "true"]
        return f"services down: {bad}, nodes offline: {offline}" if bad or offline else ""

    def _copies(self) -> str:
        for node in self.cluster.nodes:
            self.run(node.name, f"sh -c 'mountpoint -q {MOUNT}'")
        said = self.run(self.cluster.nodes[0].name, "gluster --mode=script --xml volume heal shared info")
        bricks = list(ET.fromstring(said).iterfind("./healInfo/bricks/brick"))
        bad = [
            f"{brick.findtext('name')}: {brick.findtext('status')}, {brick.findtext('numberOfEntries')} to heal"
            for brick in bricks
            if (brick.findtext("status"), brick.findtext("numberOfEntries")) != ("Connected", "0")
        ]
        return "; ".join(bad)


@pytest.fixture
def ggvv(place: Lab) -> Commands:
    return Commands(place)


@pytest.fixture
def used(lab_hosts: Hosts, cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Drill]:
    """A cluster that is used and not broken, so that nobody waits for it to be whole."""
    made = Drill(lab_hosts, cluster)
    yield made
    request.config.stash.setdefault(TIMES, {})[request.node.name] = made.times


@pytest.fixture
def drill(used: Drill) -> Iterator[Drill]:
    """A whole cluster, and whole again afterwards, whatever the drill did."""
    if used.obstacle():
        used.heal()
    try:
        yield used
    finally:
        used.mend()
        used.wait_whole()


@pytest.fixture
def watch(drill: Drill) -> Iterator[Watch]:
    with Watch(drill.hosts, drill.cluster) as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was measured (seconds, on a machine that does other things as well)."""
    for name, times in config.stash.get(TIMES, {}).items():
        terminalreporter.write_line(f"{name}: " + ", ".join(f"{what} {t:.1f} s" for what, t in times.items()))
