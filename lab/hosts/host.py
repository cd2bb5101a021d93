"""One host of the lab: its disk, cables and container together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab.hosts.bootstrap import UNIT, Bootstrap
from lab.hosts.cgroup import Cgroup
from lab.hosts.container import Container
from lab.hosts.disk import Disks
from lab.hosts.errors import HostsError
from lab.hosts.image import USER
from lab.hosts.network import Network
from lab.hosts.plan import Plan
from lab.hosts.seed import Seed, bootstrap_seeds, seeds
from lab.hosts.way_in import WayIn
from reference.handover import HandoverHost
from reference.host import HostRole

BOOTING = 60.0
"""Seconds that a host gets to say that it is up."""

AGENT = Path(__file__).parent / "fence_ggvv_lab"
"""The fencing agent, which Pacemaker looks for in /usr/sbin."""

FENCING = "/run/ggvv-fencing"
"""Where the agent finds the socket."""

WANTS = Path("etc/systemd/system/multi-user.target.wants")


@dataclass(frozen=True)
class LabHost:
    """The host that `entry` of `plan` tells of; `fencing` is the folder with the socket of `lab.hosts.fencing`."""

    entry: HandoverHost
    plan: Plan
    disks: Disks
    network: Network
    way_in: WayIn
    logs: Path
    fencing: Path

    @property
    def fences(self) -> bool:
        """Whether it may have others' power taken away."""
        return self.entry.role == HostRole.CLUSTER_NODE

    @property
    def cgroup(self) -> Cgroup:
        """The group that all its processes are in."""
        return Cgroup(f"{self.network.names.lab}/{self.entry.name}")

    @property
    def container(self) -> Container:
        """Its container."""
        space = self.network.names.host(self.entry.name)
        shared = (f"{self.fencing}:{FENCING}",) if self.fences else ()
        log = self.logs / f"{self.entry.name}.log"
        return Container(self.entry.name, self.entry.role, space, self.cgroup, log, shared)

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.cgroup.populated

    def boot(self) -> None:
        """Boot it with the disk that it had, and wait until it says that it is up.

        Raises:
            HostsError: it doesn't.
        """
        root = self.disks.insert(self.entry.name, self.plan.tree)
        self._seed(root)
        self.network.plug(self.entry)
        container = self.container
        if not container.start(root).wait(BOOTING):
            raise HostsError(
                f"host '{self.entry.name}': did not boot within {BOOTING:.0f} s; its console is {container.log}"
            )

    def stop(self) -> None:
        """Shut it down in order."""
        self.container.stop()
        self.network.unplug(self.entry)

    def crash(self) -> None:
        """Take the power away: the cables first, since a machine without power doesn't say goodbye (TCP's FIN)."""
        self.network.unplug(self.entry)
        self.cgroup.remove()

    def lose(self) -> None:
        """Take the power away, and the disk."""
        self.crash()
        self.disks.remove(self.entry.name)

    def _seed(self, root: Path) -> None:
        """Write its first files, once: what was changed since then is the host's own."""
        done = self.disks.store / self.entry.name / "seeded"
        if done.exists():
            return
        home = (root / "home" / USER).stat()
        for seed in self._seeds():
            seed.write(root, (home.st_uid, home.st_gid))
        if self.entry.role == "firewall":
            (root / WANTS / UNIT).symlink_to(f"/etc/systemd/system/{UNIT}")
        done.touch()

    def _seeds(self) -> list[Seed]:
        lab, domain = self.network.names.lab, self.plan.handover.domain
        own = seeds(self.entry, domain, lab, self.way_in.administrator.public, self.way_in.host_key(self.entry))
        if self.fences:
            own.append(Seed(Path("usr/sbin") / AGENT.name, AGENT.read_text(encoding="utf-8"), 0o755))
        if self.entry.role != "firewall":
            return own
        return own + bootstrap_seeds(Bootstrap(self.network.wiring).of(self.entry))
