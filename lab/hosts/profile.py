"""Profiles: which of the machines that a handover tells of the lab boots."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lab.hosts.errors import HostsError
from reference.data import load
from reference.handover import Handover, HandoverHost
from reference.model import Model

WORKLOAD = "workload"
"""The role of servers in the handover."""


class Profile(Model):
    """Infrastructure hosts of `roles` at `sites` (None: all), and whether workloads are represented."""

    purpose: str
    workloads: bool
    sites: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None

    def choose(self, handover: Handover) -> Handover:
        """The handover with only the hosts of this profile."""
        infrastructure = [host for host in handover.hosts if host.role != WORKLOAD and self._means(host)]
        workloads = representatives(handover.hosts) if self.workloads else []
        return handover.model_copy(update={"hosts": (*infrastructure, *workloads)})

    def _means(self, host: HandoverHost) -> bool:
        return (self.sites is None or host.site in self.sites) and (self.roles is None or host.role in self.roles)


def profile(name: str) -> Profile:
    """The profile of this name.

    Raises:
        HostsError: there is none.
    """
    profiles = load("profiles.yaml", dict[str, Profile], Path(__file__).parent)
    if name not in profiles:
        raise HostsError(f"--profile: found '{name}'; right is one of {', '.join(profiles)}; choose one of them")
    return profiles[name]


def representatives(hosts: Iterable[HandoverHost]) -> list[HandoverHost]:
    """One server for each municipality and tier: the first by name, whichever order `hosts` are in."""
    first: dict[tuple[str | None, str | None], HandoverHost] = {}
    for host in sorted((host for host in hosts if host.role == WORKLOAD), key=lambda host: host.name):
        first.setdefault((host.municipality, host.tier), host)
    return list(first.values())
