"""Traffic through a lab's firewalls, watched while something is lost: pings and an open session."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from lab.hosts.hosts import Hosts
from reference.fabric import LinkKind
from reference.handover import Handover
from reference.routing import routers
from tests.drills.conftest import mend
from tests.drills.waiting import until

EVERY = 0.05
"""Seconds between two packets of what watches."""

ANSWERING = 5
"""Seconds that a host may take to let somebody in."""

WHOLE, LONGEST = 120.0, 30.0
"""Seconds that firewalls get to be whole again, and that traffic may be away before the drill fails.

Targets are 1 s for a lost firewall and 2 s for a lost link. They are measured and told, not asserted.
"""


@dataclass
class Session:
    """An open SSH session through the firewalls, on which the host says the time again and again."""

    process: subprocess.Popen[str]
    heard: list[float] = field(default_factory=list)

    def follow(self) -> None:
        """Note when something is said, until the session ends."""
        assert self.process.stdout is not None
        for _ in self.process.stdout:
            self.heard.append(time.monotonic())

    def listen(self, seconds: float) -> None:
        """Wait for so long, and then until something is said.

        Raises:
            AssertionError: the session ended, or nothing is said any more.
        """
        time.sleep(seconds)
        since = time.monotonic()
        until(lambda: bool(self.heard) and self.heard[-1] > since, "the open session goes on", LONGEST)
        assert self.process.poll() is None, "the open session ended"

    @property
    def stall(self) -> float:
        """The longest silence, in seconds."""
        return max(later - earlier for earlier, later in pairwise(self.heard))


@dataclass
class Network:
    """The firewalls of a lab, to be broken and mended."""

    hosts: Hosts
    handover: Handover
    times: dict[str, float] = field(default_factory=dict)

    def run(self, host: str, command: str, via: str | None = None) -> str:
        """What a command on a host printed; nothing where it could not be reached. `via`: from that site's console."""
        words = [*self._within(ANSWERING, host, via), command]
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60).stdout

    def lets_in(self, host: str) -> bool:
        """Whether a new session to a host is let in."""
        return subprocess.run([*self._within(2, host), "true"], capture_output=True, check=False).returncode == 0

    def _within(self, seconds: int, host: str, via: str | None = None) -> list[str]:
        """What opens a shell, or gives up when the host says nothing for so long."""
        *words, name = self.hosts.ssh_command(host, via)
        return [*words, "-o", f"ConnectTimeout={seconds}", name]

    def holder(self, site: str) -> str:
        """The firewall that holds the gateway of the site's transit.

        Raises:
            AssertionError: not exactly one does.
        """
        segment = next(s for s in self.handover.segments if s.zone == "transit" and s.sites == (site,))
        names = [host.name for host in routers(self.handover) if host.site == site]
        found = [n for n in names if f" {segment.gateway4}/" in self.run(n, "ip -o -4 address show")]
        assert len(found) == 1, f"{site}: found {found} with the gateway {segment.gateway4}; right is one"
        return found[0]

    def address(self, name: str, family: int = 4) -> str:
        """A host's own address."""
        host = next(host for host in self.handover.hosts if host.name == name)
        return str(host.ipv4 if family == 4 else host.ipv6)

    def narrow(self, largest: int) -> None:
        """Let no packet over `largest` bytes onto any link between sites."""
        links = {link.name for link in self.handover.links if link.kind is LinkKind.CORE}
        for host in routers(self.handover):
            own = [interface.name for interface in host.interfaces if interface.network in links]
            self.run(host.name, "; ".join(f"sudo ip link set dev {name} mtu {largest}" for name in own))

    def reaches(self, source: str, destination: str) -> bool:
        """Whether `source` gets an answer from `destination`."""
        return " 0% packet loss" in self.run(source, f"sudo ping -n -c 1 -W 1 {self.address(destination)}")

    def mend(self) -> None:
        """Heal and start everything, and wait until all sessions between firewalls are up."""
        mend(self.hosts)
        until(self._whole, "every firewall has all its neighbours", WHOLE)

    def _whole(self) -> bool:
        wanted = 2 * len({host.site for host in routers(self.handover)})  # the other of the pair, and one at each site
        return all(
            self.run(host.name, "sudo vtysh -c 'show bfd peers brief'").count(" up ") == wanted
            for host in routers(self.handover)
        )

    @contextmanager
    def session(self, host: str) -> Iterator[Session]:
        """An open session to a host from dc1, through all firewalls on the way."""
        said = f"while date +%s.%N; do sleep {EVERY}; done"  # ends with the connection: else it would run for ever
        words = [*self.hosts.ssh_command(host, via="dc1"), said]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            made = Session(process)
            following = threading.Thread(target=made.follow)
            following.start()
            try:
                made.listen(1)
                yield made
            finally:
                process.kill()
                following.join()

    @contextmanager
    def pinged(self, source: str, destination: str, what: str) -> Iterator[None]:
        """Meanwhile `source` pings `destination`; how long no answer came is noted as `what`.

        Raises:
            AssertionError: no answer came, none comes any more at the end, or too long none came.
        """
        address = self.address(destination)
        # Not with ping's own end (-w): it ends at the first error as well, and would have nothing lost.
        words = [*self.hosts.ssh_command(source), f"sudo timeout 300 ping -n -i {EVERY} {address}"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                time.sleep(1)
                yield
                # Only a silence that ends is between two answers.
                until(lambda: self.reaches(source, destination), f"{destination} answers {source} ({what})", LONGEST)
                time.sleep(1)
            finally:
                self.run(source, f"sudo pkill -INT -f '^ping .* {address}$'")
            said = process.communicate(timeout=60)[0]
        answered = sorted({int(number) for number in re.findall(r"bytes from .*icmp_seq=(\d+)", said)})
        assert answered, f"{source} never had an answer from {destination}"
        self.times[what] = EVERY * max(b - a for a, b in pairwise(answered))
        assert self.times[what] < LONGEST
