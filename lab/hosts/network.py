"""Carries the wiring out in the kernel: namespaces, bridges, cables, and what is cut and healed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from lab.hosts.command import run
from lab.hosts.names import NETNS, Names, mac, port
from lab.hosts.wiring import Line, Wiring, cable
from reference.handover import HandoverHost, HandoverSegment

CONSOLE_ZONE = "administration"
"""The zone that the lab's consoles stand in: as jump hosts do, the only way to administer (FW-1)."""

CONSOLE_NUMBER = 16
"""The consoles' numbers in that segment count down from here: the last of those that are kept for the network."""


@dataclass(frozen=True)
class Console:
    """The lab machine's own leg: a namespace in the administration segment at `site`."""

    site: str
    segment: HandoverSegment
    number: int


@dataclass(frozen=True)
class Network:
    """The network of a lab's hosts."""

    wiring: Wiring

    @property
    def names(self) -> Names:
        """The lab's names."""
        return self.wiring.names

    @property
    def complete(self) -> bool:
        """Whether it was built to its end: the fabric is there, and so are the consoles, which are made last."""
        made = {self.names.fabric, *(self.names.operator(console.site) for console in self.consoles())}
        return made <= {*self.names.namespaces()}

    def build(self) -> None:
        """Make bridges, lines and consoles; hosts are plugged in when they start."""
        run(["ip", "netns", "add", self.names.fabric])
        self._in_fabric(self.wiring.fabric())
        for console in self.consoles():
            self._attach(console)

    def consoles(self) -> list[Console]:
        """One at each site that has the administration segment and a firewall in it."""
        segments = [s for s in self.wiring.handover.segments if s.zone == CONSOLE_ZONE]
        found = []
        for segment in segments:
            for position, site in enumerate(segment.sites):
                if any(host.role == "firewall" and host.site == site for host in self.wiring.handover.hosts):
                    found.append(Console(site, segment, CONSOLE_NUMBER - position))
        return found

    def plug(self, host: HandoverHost) -> None:
        """Give the host its namespace, cables and addresses, new ones if it had any."""
        self.unplug(host)
        namespace = self.names.host(host.name)
        run(["ip", "netns", "add", namespace])
        self._in_fabric(self.wiring.plug(host))
        run(["ip", "-n", namespace, "-batch", "-"], _batch(self.wiring.addresses(host)))
        self._set(self._links_of(host), up=True)

    def unplug(self, host: HandoverHost) -> None:
        """Take the host's cables and namespace away, and the carrier from the other ends of its links."""
        namespace = self.names.host(host.name)
        if not (NETNS / namespace).exists():
            return
        self._set(self._links_of(host), up=False)
        subprocess.run(  # noqa: S603 - as `run`, but a half-made host lacks some of its cables
            ["ip", "-n", self.names.fabric, "-force", "-batch", "-"],  # noqa: S607 - root's PATH
            input=_batch(self.wiring.unplug(host)), text=True, capture_output=True, check=False,
        )  # fmt: skip
        run(["ip", "netns", "del", namespace])

    def cut(self, lines: Iterable[Line]) -> None:
        """Cut the lines: both ends lose the carrier."""
        self._set(lines, up=False)

    def heal(self, lines: Iterable[Line]) -> None:
        """Mend the lines."""
        self._set(lines, up=True)

    def cut_lines(self) -> list[Line]:
        """The lines that are cut, or whose host is down."""
        up = {device for device, is_up in self._devices().items() if is_up}
        return [line for line in self.wiring.lines if not up.issuperset(line.devices)]

    def _attach(self, console: Console) -> None:
        namespace, device = self.names.operator(console.site), f"v{console.segment.vlan}"
        own4 = console.segment.ipv4.network_address + console.number
        own6 = console.segment.ipv6.network_address + console.number
        run(["ip", "netns", "add", namespace])
        self._in_fabric(cable(port(own4), f"{device}-{console.site}", device, mac(own4), namespace))
        lines = [
            "link set lo up",
            f"addr add {own4}/{console.segment.ipv4.prefixlen} dev {device}",
            f"addr add {own6}/{console.segment.ipv6.prefixlen} dev {device} nodad",
            f"link set {device} up",
            f"route add default via {console.segment.gateway4}",
            f"route add default via {console.segment.gateway6}",
        ]
        run(["ip", "-n", namespace, "-batch", "-"], _batch(lines))

    def _links_of(self, host: HandoverHost) -> list[Line]:
        return [line for line in self.wiring.lines if host.name in line.ends]

    def _set(self, lines: Iterable[Line], *, up: bool) -> None:
        """Give lines their carrier, or take it; a line whose other host isn't plugged in has none in any case."""
        lines = list(lines)
        if not lines:
            return
        existing = {*self._devices()}
        self._in_fabric(
            f"link set {device} {'up' if up and existing.issuperset(line.devices) else 'down'}"
            for line in lines
            for device in line.devices
            if device in existing
        )

    def _devices(self) -> dict[str, bool]:
        """The fabric's devices by name, and whether each is switched on."""
        shown = json.loads(run(["ip", "-n", self.names.fabric, "-json", "link", "show"]))
        return {link["ifname"]: "UP" in link["flags"] for link in shown}

    def _in_fabric(self, lines: Iterable[str]) -> None:
        run(["ip", "-n", self.names.fabric, "-batch", "-"], _batch(lines))


def _batch(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
