"""The way in: SSH as in reality, from a console in the administration segment through the firewalls to the host."""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lab.hosts.errors import HostsError
from lab.hosts.image import USER
from lab.hosts.keys import KeyPair, known_hosts, ssh_config
from lab.hosts.names import NETNS
from lab.hosts.network import Network
from reference.handover import HandoverHost

ANSWERING = 30.0
"""Seconds until every host must have answered."""


@dataclass(frozen=True)
class WayIn:
    """Keys and settings in `folder` for the hosts of `network`."""

    folder: Path
    network: Network

    @property
    def administrator(self) -> KeyPair:
        """The key that every host lets in; random for each lab."""
        return KeyPair.at(self._administrator)

    def host_key(self, host: HandoverHost) -> KeyPair:
        """The host's own key; made before it boots, so that no connection ever has to trust blindly."""
        return KeyPair.at(self._host_key(host))

    @property
    def _administrator(self) -> Path:
        return self.folder / "id_ed25519"

    def _host_key(self, host: HandoverHost) -> Path:
        return self.folder / "hosts" / host.name

    def prepare(self) -> None:
        """Make all keys, `known_hosts` and `config`, before any host boots."""
        (self.folder / "hosts").mkdir(parents=True, exist_ok=True, mode=0o700)
        hosts = self.network.wiring.handover.hosts
        KeyPair.random().write(self._administrator)
        keys = [(host, KeyPair.random().write(self._host_key(host)).public) for host in hosts]
        (self.folder / "known_hosts").write_text(known_hosts(keys), encoding="utf-8")
        proxies = {host.name: [*self.enter(self.console(host)), "nc", "%h", "%p"] for host in hosts}
        config = ssh_config(self.network.wiring.handover, self.folder, USER, proxies)
        (self.folder / "config").write_text(config, encoding="utf-8")

    @cached_property
    def consoles(self) -> list[str]:
        """The sites that have a console."""
        return [console.site for console in self.network.consoles()]

    def console(self, host: HandoverHost) -> str:
        """The site of the console to enter by: the host's own, or the first that has one."""
        return host.site if host.site in self.consoles else self.consoles[0]

    def enter(self, site: str) -> list[str]:
        """What goes before a command that shall run at the console of `site`.

        Raises:
            HostsError: there is none.
        """
        if site not in self.consoles:
            known = ", ".join(self.consoles)
            raise HostsError(f"site '{site}' has no console; right is one of {known}; choose one of them")
        return ["nsenter", f"--net={NETNS / self.network.names.operator(site)}"]

    def ssh_command(self, host: HandoverHost, via: str | None = None) -> list[str]:
        """The command that opens a shell on `host`, or runs there what is added to it; `via` names another console."""
        proxy = [*self.enter(via), "nc", "%h", "%p"] if via else []
        option = ["-o", f"ProxyCommand={' '.join(proxy)}"] if proxy else []
        return ["ssh", "-F", str(self.folder / "config"), *option, host.name]

    def wait(self, hosts: Iterable[HandoverHost], seconds: float = ANSWERING) -> None:
        """Wait until each of `hosts` answers SSH with its own key, over the network.

        Raises:
            HostsError: some don't; names them.
        """
        silent = list(hosts)
        deadline = time.monotonic() + seconds
        while silent := self._silent(silent):
            if time.monotonic() > deadline:
                names = ", ".join(host.name for host in silent)
                raise HostsError(f"lab hosts: {names}: no SSH with the host's own key within {seconds:.0f} s")

    def _silent(self, hosts: Iterable[HandoverHost]) -> list[HandoverHost]:
        by_console: dict[str, list[HandoverHost]] = defaultdict(list)
        for host in hosts:
            by_console[self.console(host)].append(host)
        return [host for site, asked in by_console.items() for host in self._silent_from(site, asked)]

    def _silent_from(self, site: str, hosts: list[HandoverHost]) -> list[HandoverHost]:
        """Those of `hosts` that don't answer to the console of `site`; one look at all side by side."""
        command = [*self.enter(site), "ssh-keyscan", "-T", "2", "-t", "ed25519"]
        result = subprocess.run(  # noqa: S603 - a fixed list and addresses, no shell
            [*command, *(str(host.ipv4) for host in hosts)], capture_output=True, text=True, check=False
        )
        answers = {tuple(line.split(maxsplit=1)) for line in result.stdout.splitlines()}
        return [host for host in hosts if (str(host.ipv4), self.host_key(host).public) not in answers]
