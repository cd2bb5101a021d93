"""Where an attack's attempts show in the log store at DC3 (SEC-2, BAK-3)."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backup.attempt import Attempt
from lab.hosts.hosts import Hosts
from operations.errors import UserError

PATIENCE = 60.0
"""Seconds that lines get to come into the store."""


@dataclass(frozen=True)
class Trace:
    """What an attempt from a host leaves in the log; `run` is the drill's own word."""

    run: str
    attempt: Attempt
    host: str

    @property
    def assessed(self) -> bool:
        """Whether a lab can tell: what firewalls drop goes to the kernel's log, which in a lab is the machine's."""
        return self.attempt.kind != "port"

    def is_in(self, lines: Sequence[tuple[str, str]], addresses: Sequence[str]) -> bool:
        """Whether one of the lines (program and message) is of this attempt, from one of its host's addresses."""
        return any(
            self._said(program, message) and any(address in message.split() for address in addresses)
            for program, message in lines
        )

    def _said(self, program: str, message: str) -> bool:
        if self.attempt.kind == "ssh":
            user = re.escape(str(self.attempt.arguments["user"]))
            return program == "sshd" and re.search(rf"\buser {user} ", message, re.IGNORECASE) is not None
        return program == "ggvv-vault" and f"{self.run}:{self.attempt.id}" in message.split()


def traces(hosts: Hosts, wanted: Sequence[Trace], since: datetime) -> dict[tuple[str, str], bool | None]:
    """Whether each attempt is in the store, by its id and host; None where a lab can't tell.

    Raises:
        UserError: the store can't be searched.
    """
    by_name = {host.name: host for host in hosts.plan().handover.hosts}
    addresses = {name: (str(host.ipv4), str(host.ipv6)) for name, host in by_name.items()}
    deadline = time.monotonic() + PATIENCE
    while True:
        lines = _lines(hosts, since)
        found = {
            (each.attempt.id, each.host): each.is_in(lines, addresses[each.host]) if each.assessed else None
            for each in wanted
        }
        if False not in found.values() or time.monotonic() > deadline:
            return found
        time.sleep(2)


def _lines(hosts: Hosts, since: datetime) -> list[tuple[str, str]]:
    """The vault's own lines in the store: programs and messages."""
    roles = {host.role: host.name for host in hosts.plan().handover.hosts}
    search = [
        "ggvv-logs",
        "--host",
        roles["backup-vault"],
        "--since",
        since.isoformat(),
        "--text",
        "^(ggvv-vault|sshd):",
    ]
    words = [*hosts.ssh_command(roles["log-store"]), f"sudo {shlex.join(search)}"]
    result = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - a fixed list, no shell here
    if result.returncode != 0:
        raise UserError(f"{roles['log-store']}: the log can't be searched ({result.stderr.strip()}); mend that first")
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    return [(entry["program"], entry["message"]) for entry in entries]
