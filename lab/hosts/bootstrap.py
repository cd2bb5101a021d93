"""The bootstrap: how hosts reach each other before the network role has made firewalls of the firewalls.

The first firewall of each segment holds the gateway addresses and forwards everything; the others send by it. It is a
unit inside those hosts: stopping it takes all of that away, which is the network role's first step.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from lab.hosts.wiring import Wiring
from reference.fabric import Link
from reference.handover import HandoverHost, HandoverSegment

UNIT = "ggvv-bootstrap.service"

SERVICE = """\
[Unit]
Description=Lab bootstrap: gateway addresses, routes and forwarding until the network role runs
After=systemd-sysctl.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=sysctl --quiet --write net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ExecStart=ip -batch /etc/ggvv/bootstrap.up
ExecStop=ip -force -batch /etc/ggvv/bootstrap.down
ExecStop=sysctl --quiet --write net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0

[Install]
WantedBy=multi-user.target
"""

FIRST_METRIC = 10_000
"""Metric of the bootstrap's routes: worse than any that a routing daemon installs."""


@dataclass(frozen=True)
class Bootstrap:
    """The bootstrap of the firewalls in `wiring`."""

    wiring: Wiring

    def holder(self, segment: HandoverSegment) -> HandoverHost | None:
        """The firewall that has the segment's gateway addresses: the first by name that stands in it."""
        return min(self._standing_in(segment), key=lambda host: host.name, default=None)

    def of(self, host: HandoverHost) -> list[str]:
        """What `ip` does on this firewall: gateway addresses, and routes to segments that it isn't in."""
        lines = []
        for segment in self.wiring.handover.segments:
            if self.holder(segment) == host:
                prefix4, prefix6 = segment.ipv4.prefixlen, segment.ipv6.prefixlen
                lines.append(f"addr add {segment.gateway4}/{prefix4} dev v{segment.vlan}")
                lines.append(f"addr add {segment.gateway6}/{prefix6} dev v{segment.vlan} nodad")
        far = [s for s in self.wiring.handover.segments if host not in self._standing_in(s)]
        return lines + [line for segment in far for line in self._routes(host, segment)]

    def _standing_in(self, segment: HandoverSegment) -> list[HandoverHost]:
        firewalls = (host for host in self.wiring.handover.hosts if host.role == "firewall")
        return [host for host in firewalls if any(i.network == segment.name for i in host.interfaces)]

    def _routes(self, host: HandoverHost, segment: HandoverSegment) -> list[str]:
        """Over the links to each site that has the segment, in the order of the links; by the first firewall else.

        `src` is the firewall's own address: link addresses are nobody's to answer to.
        """
        hops = [hop for link in self.wiring.handover.links if (hop := self._hop(link, host, segment))]
        if not hops:
            transit = self.wiring.segments[host.segments[0]]
            hops = [(transit.gateway4, transit.gateway6)] if self.holder(transit) not in {host, None} else []
        lines = []
        for metric, (hop4, hop6) in enumerate(hops, FIRST_METRIC):
            lines.append(f"route add {segment.ipv4} via {hop4} src {host.ipv4} metric {metric}")
            lines.append(f"route add {segment.ipv6} via {hop6} src {host.ipv6} metric {metric}")
        return lines

    def _hop(self, link: Link, host: HandoverHost, segment: HandoverSegment) -> tuple[IPv4Address, IPv6Address] | None:
        """The other end's addresses, where the link leads from `host` to a firewall that stands in the segment."""
        if host.name not in {link.a, link.b}:
            return None
        other = link.b if host.name == link.a else link.a
        if other not in {firewall.name for firewall in self._standing_in(segment)}:
            return None
        end = 0 if other == link.a else 1
        return link.ipv4[end], link.ipv6[end]


def undone(lines: list[str]) -> list[str]:
    """The lines that take back what `lines` did."""
    return [line.replace(" add ", " del ", 1).removesuffix(" nodad") for line in reversed(lines)]
