"""Capacity (CAP-1): what the platform must carry against what its hosts give, with the arithmetic shown.

Rules, each a line of the report:

- load: RAM and vCPU of a zone's servers with growth, divided by overcommit; infrastructure hosts don't grow;
- one node lost in a zone: the rest of the zone carries the zone's whole load;
- one zone lost: the other, with all its nodes but one, carries the must-run load of both zones and the
  infrastructure of its own (what is less critical waits for room);
- on an existing platform the old load is taken off first (SITE-3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from reference.choices import Choices, HostChoice
from reference.errors import refuse
from reference.host import Host
from reference.line import Line, Section
from reference.model import Model
from reference.parameter import Parameters
from reference.server import Criticality, Server


class Load(Model):
    """A need for compute: memory in GiB, processors in physical cores."""

    ram_gib: int
    cores: int

    def __add__(self, other: Load) -> Load:
        return Load(ram_gib=self.ram_gib + other.ram_gib, cores=self.cores + other.cores)


class HostSize(Model):
    """A host as chosen or as the parameters say, and what of it is left for machines."""

    count: int
    cores: int
    ram_gib: int
    sockets: int
    usable_cores: int
    usable_ram_gib: int


def host_size(choice: HostChoice, parameters: Parameters, *, witness: bool) -> HostSize:
    """The hosts of a site; what the stack doesn't say comes from the parameters."""
    p = parameters
    cores, ram, sockets = (
        (p.witness_host_cores, p.witness_host_ram_gib, p.witness_host_sockets)
        if witness
        else (p.host_cores, p.host_ram_gib, p.host_sockets)
    )
    size_cores = choice.host_cores or int(cores.value)
    size_ram = choice.host_ram_gib or int(ram.value)
    return HostSize(
        count=choice.hosts,
        cores=size_cores,
        ram_gib=size_ram,
        sockets=choice.sockets or int(sockets.value),
        usable_cores=max(0, size_cores - int(p.hypervisor_cores.value)),
        usable_ram_gib=max(0, size_ram - int(p.hypervisor_ram_gib.value)),
    )


class Need(Model):
    """What machines need: their declared RAM (GiB) and vCPU added up, and the load that this makes of hosts."""

    machines: int
    ram_gib: int
    vcpu: int
    load: Load
    formula: str
    """How the load comes from the sums, without the sums."""

    @property
    def exists(self) -> bool:
        """Whether anything is needed at all."""
        return bool(self.ram_gib or self.vcpu)


class SiteLoad(Model):
    """A site's needs: all of its servers, those that must run, its infrastructure, and an old load beside it."""

    servers: Need
    must_run: Need
    infrastructure: Need
    old: Need

    @property
    def all(self) -> Load:
        """Everything that runs at the site while no zone is lost."""
        return self.servers.load + self.own

    @property
    def own(self) -> Load:
        """What runs at the site whatever happens: its infrastructure, and an old load."""
        return self.infrastructure.load + self.old.load


class Calculator:
    """Computes needs with the given figures."""

    def __init__(self, parameters: Parameters) -> None:
        self._p = parameters

    def machines(self, machines: Sequence[Server | Host], *, grows: bool) -> Need:
        """The need of these machines, with growth where they grow."""
        ram, vcpu = sum(machine.ram_gib for machine in machines), sum(machine.vcpu for machine in machines)
        return self._need(len(machines), ram, vcpu, self._p.growth.value if grows else 0.0)

    def _need(self, machines: int, ram: int, vcpu: int, growth: float) -> Need:
        grown: Callable[[int], int] = self._p.grown if growth else int
        return Need(
            machines=machines,
            ram_gib=ram,
            vcpu=vcpu,
            load=Load(
                ram_gib=math.ceil(grown(ram) / self._p.ram_overcommit.value),
                cores=math.ceil(grown(vcpu) / self._p.vcpu_per_core.value),
            ),
            formula=f" x {1 + growth:.2f} growth" if growth else "",
        )

    def site(self, site: str, choices: Choices, servers: Sequence[Server], hosts: Sequence[Host]) -> SiteLoad:
        """The needs of one site."""
        own = [server for server in servers if server.zone == site]
        existing = None if site == "dc3" else choices.zone(site).existing
        old_ram, old_vcpu = (existing.reserved_ram_gib, existing.reserved_vcpu) if existing else (0, 0)
        return SiteLoad(
            servers=self.machines(own, grows=True),
            must_run=self.machines([s for s in own if s.criticality is Criticality.MUST_RUN], grows=True),
            infrastructure=self.machines([host for host in hosts if host.site == site], grows=False),
            old=self._need(0, old_ram, old_vcpu, 0.0),
        )


class Case(Model):
    """One thing that must be carried: what is lost, what is needed (`parts` says of what), by hosts of which size."""

    site: str
    label: str
    parts: str
    need: Load
    size: HostSize
    lost: int

    @property
    def hosts_needed(self) -> int:
        """The number of hosts of this size that would do, those lost included."""
        by_ram = math.ceil(self.need.ram_gib / max(1, self.size.usable_ram_gib))
        by_cores = math.ceil(self.need.cores / max(1, self.size.usable_cores))
        return max(by_ram, by_cores, 1) + self.lost

    def lines(self) -> Iterable[Line]:
        """The arithmetic."""
        left = self.size.count - self.lost
        for what, unit, each, need in (
            ("RAM", "GiB", self.size.usable_ram_gib, self.need.ram_gib),
            ("cores", "cores", self.size.usable_cores, self.need.cores),
        ):
            label = f"{self.label}: {what}"
            formula = f"({self.size.count} - {self.lost}) hosts x {each}"
            yield Line(label=f"{label} left", formula=formula, value=left * each, unit=unit)
            verdict = "carried" if need <= left * each else f"MISSING {need - left * each}"
            yield Line(label=f"{label} needed", formula=f"{self.parts}: {verdict}", value=need, unit=unit)

    def findings(self) -> Iterable[str]:
        """What this case lacks, in one sentence."""
        left = max(0, self.size.count - self.lost)
        ram, cores = left * self.size.usable_ram_gib, left * self.size.usable_cores
        if self.need.ram_gib > ram or self.need.cores > cores:
            yield (
                f"{self.site}: {self.label} leaves {ram} GiB RAM and {cores} cores on {left} hosts, needed are "
                f"{self.need.ram_gib} GiB and {self.need.cores} cores (CAP-1); "
                f"right is at least {self.hosts_needed} hosts of {self.size.ram_gib} GiB and {self.size.cores} cores; "
                f"raise `ggvv:sites.{self.site}.hosts` from {self.size.count} to {self.hosts_needed}"
            )


class CapacityReport(Model):
    """The whole arithmetic; `scope` says which servers were counted."""

    scope: str
    servers: int
    cases: tuple[Case, ...]
    sections: tuple[Section, ...]
    backup_gib: dict[str, int]
    storage_findings: tuple[str, ...]

    def findings(self) -> Iterable[str]:
        """What can't be carried: of each site the worst case, for its remedy mends the others."""
        worst: dict[str, Case] = {}
        for case in self.cases:
            if case.site not in worst or case.hosts_needed > worst[case.site].hosts_needed:
                worst[case.site] = case
        for case in worst.values():
            yield from case.findings()
        yield from self.storage_findings

    def check(self) -> None:
        """Refuse a platform that can't carry its load.

        Raises:
            ArchitectureError: the numbers, what is missing, and how many hosts would do.
        """
        refuse(self.findings())

    def section(self, title: str) -> Section:
        """The section with this title; KeyError if there is none."""
        for section in self.sections:
            if section.title == title:
                return section
        raise KeyError(title)


def cases(loads: dict[str, SiteLoad], sizes: dict[str, HostSize], active: Sequence[str]) -> tuple[Case, ...]:
    """Every loss that must be carried: one node in each site, and each zone."""
    found = [
        Case(
            site=site,
            label="one node lost",
            parts=_parts("servers", load),
            need=load.all,
            size=sizes[site],
            lost=1,
        )
        for site, load in loads.items()
    ]
    for lost in active:
        for left in active:
            if left != lost:
                need = loads[left].must_run.load + loads[lost].must_run.load + loads[left].own
                found.append(
                    Case(
                        site=left,
                        label=f"zone {lost} and one node lost",
                        parts=_parts("must-run of both zones", loads[left]),
                        need=need,
                        size=sizes[left],
                        lost=1,
                    )
                )
    return tuple(found)


def _parts(servers: str, load: SiteLoad) -> str:
    """What a case adds up, leaving out what the site has none of."""
    parts = {servers: True, "infrastructure": load.infrastructure.machines, "old load": load.old.exists}
    return " + ".join(part for part, there in parts.items() if there)


def load_section(
    site: str, load: SiteLoad, size: HostSize, site_cases: Iterable[Case], parameters: Parameters
) -> Section:
    """A site's hosts, needs and cases as lines."""
    ram, cores = size.ram_gib - size.usable_ram_gib, size.cores - size.usable_cores
    hosts = (
        Line(label="hosts declared", formula=f"`ggvv:sites.{site}.hosts`", value=size.count, unit="hosts"),
        Line(
            label="RAM for machines",
            formula=f"{size.ram_gib} - {ram} hypervisor",
            value=size.usable_ram_gib,
            unit="GiB per host",
        ),
        Line(
            label="cores for machines",
            formula=f"{size.cores} - {cores} hypervisor",
            value=size.usable_cores,
            unit="cores per host",
        ),
    )
    needs = {
        "servers": load.servers,
        "of which must-run": load.must_run,
        "infrastructure": load.infrastructure,
        "old load": load.old,
    }
    lines = (line for label, need in needs.items() if need.exists for line in _need_lines(label, need, parameters))
    return Section(title=f"compute {site}", lines=(*hosts, *lines, *(x for case in site_cases for x in case.lines())))


def _need_lines(label: str, need: Need, parameters: Parameters) -> Iterable[Line]:
    ram = f"{need.ram_gib} GiB{need.formula} / {parameters.ram_overcommit.value:g} overcommit"
    yield Line(label=f"{label}: RAM", formula=ram, value=need.load.ram_gib, unit="GiB")
    cores = f"{need.vcpu} vCPU{need.formula} / {parameters.vcpu_per_core.value:g} vCPU per core"
    yield Line(label=f"{label}: cores", formula=cores, value=need.load.cores, unit="cores")
