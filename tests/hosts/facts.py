"""One look at each host, side by side: a single round trip, from which many tests have their answers."""

from __future__ import annotations

import json
import shlex
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from testinfra.host import Host

from reference.handover import HandoverHost
from tests.hosts.asked import Asked, settings, units

LOOK = Path(__file__).with_name("look.py")
AT_ONCE = 6
"""Hosts that are looked at at the same time: two cores are busy with that."""

PATHS = (
    "/etc/audit/rules.d/50-ggvv.rules", "/etc/ggvv/aide.conf", "/etc/issue", "/etc/issue.net",
    "/etc/modprobe.d/ggvv.conf", "/etc/resolv.conf", "/etc/security/limits.d/ggvv-core.conf",
    "/etc/sudoers.d/50-ggvv",
)  # fmt: skip
"""Files that are read."""


class Facts:
    """What a host answered; asking for a fact of a host that gave none fails with what it said instead."""

    def __init__(self, host: str, seen: dict[str, Any] | str) -> None:
        self.host = host
        self._seen = seen

    def __getitem__(self, fact: str) -> Any:  # noqa: ANN401 - JSON from the host
        """A fact by its name in look.py."""
        assert not isinstance(self._seen, str), f"{self.host} could not be looked at: {self._seen}"
        return self._seen[fact]

    def lines(self, fact: str) -> list[str]:
        """The lines of what a command printed."""
        return str(self[fact]).strip().splitlines()


def look_at(asked: Asked, on: Callable[[str], Host], word: str) -> dict[str, Facts]:
    """Look at all hosts; each logs `word` with its own name."""

    def look(host: HandoverHost) -> Facts:
        command = f"python3 -c {shlex.quote(LOOK.read_text())} {shlex.quote(json.dumps(_wanted(asked, host, word)))}"
        done = on(host.name).run(command)
        return Facts(host.name, json.loads(done.stdout) if done.rc == 0 else f"{done.stderr or done.stdout}".strip())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {facts.host: facts for facts in pool.map(look, asked.hosts)}


def new_word() -> str:
    """A word that no line of any log has yet."""
    return f"proof-{uuid.uuid4()}"


def _wanted(asked: Asked, host: HandoverHost, word: str) -> dict[str, Any]:
    near = asked.neighbours(host)
    return {
        "word": f"{word} {host.name}",
        "fqdn": asked.fqdn(host),
        "paths": PATHS,
        "sysctl": [*settings("net", host.role), *settings("kernel", host.role)],
        "names": [asked.fqdn(each) for each in near],
        "addresses": [str(address) for each in near for address in _addresses(each)],
        "services": [unit.unit for unit in units(host)],
    }


def _addresses(host: HandoverHost) -> Sequence[object]:
    return (host.ipv4, host.ipv6)
