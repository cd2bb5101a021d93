"""Watches all cluster nodes while something is broken: who has quorum, and who holds the management address, when."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from lab.hosts.hosts import Hosts
from reference.cluster import Cluster

LOOK = """while :; do
  printf '%s ' "$(date +%s.%N)"
  corosync-quorumtool -s 2>/dev/null | awk '/^Quorate/{q=$2} END{printf "%s ", q}'
  ip -o address show dev lo | grep -c ' ADDRESS/'
  sleep 0.1
done"""
"""One look is a line: seconds since 1970 (the same clock on all hosts of the lab), Yes or No, and 1 or 0."""


@dataclass(frozen=True)
class Sight:
    """What a node said at `at` (seconds since 1970)."""

    at: float
    node: str
    quorate: bool
    address: bool


@dataclass
class Watch:
    """A watch over the nodes; use it as a context. Times are in seconds after `began`, which `start` sets."""

    hosts: Hosts
    cluster: Cluster
    sights: list[Sight] = field(default_factory=list)
    began: float = 0.0
    _looking: list[subprocess.Popen[str]] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Look at every node until each has answered once."""
        for node in self.cluster.nodes:
            script = LOOK.replace("ADDRESS", str(self.cluster.address.ipv4)).replace("'", "'\\''")
            words = [*self.hosts.ssh_command(node.name), f"sudo sh -c '{script}'"]
            looking = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self._looking.append(looking)
            self._threads.append(threading.Thread(target=self._follow, args=(looking, node.name)))
            self._threads[-1].start()
        names = {node.name for node in self.cluster.nodes}
        self.until(lambda: names == {*self.last()}, "every node answers", 30)
        return self

    def __exit__(self, *_exception: object) -> None:
        """Look no more."""
        for looking in self._looking:
            looking.kill()
        for thread in self._threads:
            thread.join()

    def start(self) -> None:
        """From now on times are counted: something is about to be broken."""
        self.began = time.time()

    def until(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until `condition` holds.

        Raises:
            AssertionError: it doesn't within `seconds`; says `what` was waited for and what was seen last.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}; last seen: {self.last()}"
            time.sleep(0.05)

    def last(self) -> dict[str, Sight]:
        """What each node said last."""
        return {sight.node: sight for sight in [*self.sights]}

    def quorate(self) -> set[str]:
        """The sites with a node that said within the last second that it has quorum."""
        now = time.time()
        return {self.site(s.node) for s in self.last().values() if s.quorate and now - s.at < 1}

    def holders(self) -> set[str]:
        """The nodes that hold the address, as far as they have spoken within a second."""
        now = time.time()
        return {s.node for s in self.last().values() if s.address and now - s.at < 1}

    def site(self, node: str) -> str:
        """The site of a node."""
        return next(n.site for n in self.cluster.nodes if n.name == node)

    def decided(self, site: str) -> float:
        """Seconds from `start` until no node of `site` said any more that it has quorum."""
        return max((s.at for s in self.sights if s.quorate and self.site(s.node) == site), default=0.0) - self.began

    def moved(self, away_from: str) -> float:
        """Seconds from `start` until a node of another site than `away_from` held the address."""
        found = [s.at for s in self.sights if s.address and s.at > self.began and self.site(s.node) != away_from]
        return min(found) - self.began

    def _follow(self, looking: subprocess.Popen[str], node: str) -> None:
        assert looking.stdout is not None
        for line in looking.stdout:
            match line.split():
                case [at, quorate, address]:
                    self.sights.append(Sight(float(at), node, quorate == "Yes", address == "1"))
