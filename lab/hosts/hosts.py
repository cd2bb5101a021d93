"""The lab's hosts as a whole: started, looked at, broken on purpose, mended, and taken away without a trace."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from lab.hosts.cgroup import Cgroup, labs
from lab.hosts.command import run
from lab.hosts.disk import Disks
from lab.hosts.errors import HostsError
from lab.hosts.exclusive import exclusive
from lab.hosts.host import LabHost
from lab.hosts.limits import ENOUGH, SETTING, WatchLimit
from lab.hosts.machine import require
from lab.hosts.names import Names
from lab.hosts.network import Network
from lab.hosts.plan import Plan
from lab.hosts.profile import profile
from lab.hosts.secret import HostSecrets
from lab.hosts.way_in import WayIn
from lab.hosts.wiring import Line, Wiring, between
from lab.service import Service
from reference.handover import Handover

AT_ONCE = 12
"""Hosts that boot at the same time: more would only wait for each other."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class HostStatus:
    """What is seen of a host from outside; `memory` in bytes, its files on tmpfs included."""

    name: str
    role: str
    site: str
    running: bool
    memory: int
    ipv4: IPv4Address
    ipv6: IPv6Address


@dataclass(frozen=True)
class Hosts:
    """The hosts of the lab that keeps them in `directory`, whose parent is the lab's own folder.

    Everything is found again from there and from names made of its path: any process may go on where another
    stopped, or was killed.
    """

    directory: Path

    def up(self, handover: Handover, profile_name: str, tree: Path, say: Say) -> None:
        """Boot the hosts of the profile that don't run, on the golden `tree`; everything that was cut is whole again.

        What a killed run left half-made, and hosts of another handover or profile, are taken away first.

        Raises:
            HostsError: this machine can't boot hosts, the profile is unknown, or a host does not come up.
        """
        require()
        chosen = profile(profile_name).choose(handover)
        plan = Plan(profile=profile_name, tree=tree, handover=chosen)
        with exclusive(self.directory.parent):
            self._lay_out(plan, say)
            hosts = self._hosts(plan)
            if any(host.fences for host in hosts):
                self.fencing.start(self._fencing_command())
            down = [host for host in hosts if not host.running]
            self._boot(down, say)
            network = self._network(plan)
            network.heal(network.wiring.lines)
            self._way_in(plan).wait(plan.handover.hosts)

    def down(self) -> bool:
        """Kill all hosts and take away all that there is of them; True if there was anything.

        Raises:
            HostsError: something can't be taken away.
        """
        if not self._anything():
            return False
        if self.directory.parent.is_dir():
            with exclusive(self.directory.parent):
                self._clear()
        else:
            self._clear()
        return True

    def status(self) -> tuple[HostStatus, ...]:
        """All hosts of the plan, running or not; none where no plan is."""
        plan = self.plan_or_none()
        if plan is None:
            return ()
        return tuple(
            HostStatus(
                name=host.entry.name,
                role=host.entry.role,
                site=host.entry.site,
                running=host.running,
                memory=host.cgroup.memory(),
                ipv4=host.entry.ipv4,
                ipv6=host.entry.ipv6,
            )
            for host in self._hosts(plan)
        )

    def start(self, name: str) -> None:
        """Boot a host, with the disk that it had; does nothing where it runs.

        Raises:
            HostsError: no such host, or it does not come up.
        """
        with self._one(name) as host:
            if not host.running:
                host.boot()

    def stop(self, name: str) -> None:
        """Shut a host down in order; does nothing where it is down."""
        with self._one(name) as host:
            host.stop()

    def restart(self, name: str) -> None:
        """Shut a host down in order, and boot it."""
        with self._one(name) as host:
            host.stop()
            host.boot()

    def crash(self, name: str) -> None:
        """Take the power from a host; its disk keeps what was written."""
        with self._one(name) as host:
            host.crash()

    def lose(self, name: str) -> None:
        """Take the power from a host and its disk; `start` then boots a new one from the golden tree."""
        with self._one(name) as host:
            host.lose()

    def cut(self, a: str, b: str | None = None) -> tuple[Line, ...]:
        """Cut what is between two sites or two firewalls, or the link or segment `a`; what was cut.

        Raises:
            HostsError: there is no such line.
        """
        plan, lines = self._lines(a, b)
        self._network(plan).cut(lines)
        return lines

    def heal(self, a: str, b: str | None = None) -> tuple[Line, ...]:
        """Mend what `cut` cut; a line whose host is down comes back with the host.

        Raises:
            HostsError: there is no such line.
        """
        plan, lines = self._lines(a, b)
        self._network(plan).heal(lines)
        return lines

    def cuts(self) -> tuple[Line, ...]:
        """The lines without a carrier: cut, or with a host that is down."""
        return tuple(self._network(self.plan()).cut_lines())

    def ssh_command(self, name: str, via: str | None = None) -> list[str]:
        """The command that opens a shell on a host, or runs there what is added; `via`: from that site's console."""
        plan = self.plan()
        return self._way_in(plan).ssh_command(plan.host(name), via)

    def plan_or_none(self) -> Plan | None:
        """What the hosts are; None where there are none."""
        return Plan.read(self._plan_file)

    def plan(self) -> Plan:
        """What the hosts are.

        Raises:
            HostsError: there are none.
        """
        plan = self.plan_or_none()
        if plan is None:
            raise HostsError("lab hosts: none were started; run: ggvv lab up")
        return plan

    @property
    def fencing(self) -> Service:
        """Who takes the power from cluster nodes when another one asks."""
        return Service("fencing", self.directory / "fencing")

    def secrets(self) -> HostSecrets:
        """What only these hosts know."""
        return HostSecrets.at(self.directory / "secrets.json")

    @property
    def ssh_config(self) -> Path:
        """Settings for ssh, and so for Ansible and testinfra: `ssh -F` with this file reaches every host by name."""
        return self.directory / "ssh" / "config"

    @property
    def _plan_file(self) -> Path:
        return self.directory / "plan.json"

    @property
    def _disks(self) -> Disks:
        return Disks(self.directory)

    @property
    def _names(self) -> Names:
        return Names.of(self.directory)

    def _fencing_command(self) -> list[str]:
        options = ["--hosts", str(self.directory), "--ready", str(self.fencing.ready_file)]
        return [sys.executable, "-m", "lab.hosts.fencing", *options]

    def _network(self, plan: Plan) -> Network:
        return Network(Wiring(plan.handover, self._names))

    def _way_in(self, plan: Plan) -> WayIn:
        return WayIn(self.directory / "ssh", self._network(plan))

    def _hosts(self, plan: Plan) -> list[LabHost]:
        network, way_in = self._network(plan), self._way_in(plan)
        logs = self.directory / "logs"
        fencing = self.fencing.directory / "shared"
        return [LabHost(entry, plan, self._disks, network, way_in, logs, fencing) for entry in plan.handover.hosts]

    @contextmanager
    def _one(self, name: str) -> Iterator[LabHost]:
        """The host of this name, which nobody else changes meanwhile."""
        plan = self.plan()
        entry = plan.host(name)
        with exclusive(self.directory.parent):
            yield next(host for host in self._hosts(plan) if host.entry == entry)

    def _lines(self, a: str, b: str | None) -> tuple[Plan, tuple[Line, ...]]:
        plan = self.plan()
        lines = self._network(plan).wiring.lines
        found = tuple(between(lines, a, b))
        if not found:
            known = ", ".join(sorted({" ".join(pair) for line in lines for pair in (line.sites, line.ends)}))
            named = sorted({line.name for line in lines})
            raise HostsError(
                f"'{a}{f' {b}' if b else ''}' names nothing that can be cut; right is one of {known}, "
                f"or one of {', '.join(named)}"
            )
        return plan, found

    def _lay_out(self, plan: Plan, say: Say) -> None:
        """Disks, network and keys for the plan; anew where they are another plan's or half-made."""
        before, network = self.plan_or_none(), self._network(plan)
        if before == plan and network.complete and self._disks.store in self._disks.mounted():
            return
        if self._anything():
            say("lab hosts: what is there is another plan's or half-made; the hosts begin anew")
            self._clear()
        self.directory.mkdir(mode=0o700)
        plan.write(self._plan_file)
        if WatchLimit().raise_():
            say(f"lab hosts: {SETTING} is {ENOUGH} until the hosts are gone; as many systems need more than it was")
        self._disks.open()
        self._way_in(plan).prepare()
        network.build()

    def _boot(self, hosts: list[LabHost], say: Say) -> None:
        """Boot all side by side; all that fail are told at the end."""
        failures = []
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            booting = {pool.submit(host.boot): host for host in hosts}
            for count, future in enumerate(as_completed(booting), 1):
                if (error := future.exception()) is None:
                    say(f"lab hosts: {booting[future].entry.name} is up ({count} of {len(hosts)})")
                elif isinstance(error, HostsError):
                    failures.append(str(error))
                else:
                    raise error
        finally:
            pool.shutdown(cancel_futures=True)  # an interruption waits for those that boot, not for those that would
        if failures:
            raise HostsError("\n".join(sorted(failures)))

    def _anything(self) -> bool:
        """Whether anything of the hosts is there, in whichever state."""
        return self.directory.exists() or bool(self._names.namespaces()) or Cgroup(self._names.lab).exists

    def _clear(self) -> None:
        """Take everything away: processes first, since they hold the rest."""
        self.fencing.stop()
        Cgroup(self._names.lab).remove()
        for namespace in self._names.namespaces():
            run(["ip", "netns", "del", namespace])
        self._disks.close()
        if not labs():
            WatchLimit().restore()
