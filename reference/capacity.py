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


class SiteLoad(Model):
    """A site's needs: all of its servers, those that must run, its infrastructure, and an old load beside it."""

    servers: Load
    must_run: Load
    infrastructure: Load
    old: Load


class Calculator:
    """Computes loads with the given figures."""

    def __init__(self, parameters: Parameters) -> None:
        self._p = parameters

    def load(self, machines: Sequence[Server | Host], *, grows: bool) -> Load:
        """The need of these machines, with growth where they grow."""
        ram = sum(machine.ram_gib for machine in machines)
        vcpu = sum(machine.vcpu for machine in machines)
        grown: Callable[[int], int] = self._p.grown if grows else int
        return Load(ram_gib=math.ceil(grown(ram) / self._p.ram_overcommit.value), cores=self.cores(grown(vcpu)))

    def cores(self, vcpu: int) -> int:
        """Physical cores for so many vCPU."""
        return math.ceil(vcpu / self._p.vcpu_per_core.value)

    def site(self, site: str, choices: Choices, servers: Sequence[Server], hosts: Sequence[Host]) -> SiteLoad:
        """The needs of one site."""
        own = [server for server in servers if server.zone == site]
        existing = None if site == "dc3" else choices.zone(site).existing
        return SiteLoad(
            servers=self.load(own, grows=True),
            must_run=self.load([s for s in own if s.criticality is Criticality.MUST_RUN], grows=True),
            infrastructure=self.load([host for host in hosts if host.site == site], grows=False),
            old=Load(
                ram_gib=existing.reserved_ram_gib if existing else 0,
                cores=self.cores(existing.reserved_vcpu) if existing else 0,
            ),
        )


class Case(Model):
    """One thing that must be carried: what is lost, what is needed, and by how many hosts."""

    site: str
    label: str
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
            yield Line(
                label=f"{self.label}: {what} left", formula=f"{left} hosts x {each}", value=left * each, unit=unit
            )
            yield Line(
                label=f"{self.label}: {what} needed",
                formula=f"{'carried' if need <= left * each else 'MISSING ' + str(need - left * each)}",
                value=need,
                unit=unit,
            )

    def findings(self) -> Iterable[str]:
        """What this case lacks, in one sentence."""
        left = max(0, self.size.count - self.lost)
        ram, cores = left * self.size.usable_ram_gib, left * self.size.usable_cores
        if self.need.ram_gib > ram or self.need.cores > cores:
            yield (
                f"{self.site}: {self.label} leaves {ram} GiB RAM and {cores} cores on {left} hosts, needed are "
                f"{self.need.ram_gib} GiB and {self.need.cores} cores (CAP-1); "
                f"right is at least {self.hosts_needed} hosts of {self.size.ram_gib} GiB and {self.size.cores} cores; "
                f"raise `ggvv:sites.{self.site}.hosts` from "
                f"{self.size.count} to {self.hosts_needed}"
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
            need=load.servers + load.infrastructure + load.old,
            size=sizes[site],
            lost=1,
        )
        for site, load in loads.items()
    ]
    for lost in active:
        for left in active:
            if left != lost:
                need = loads[left].must_run + loads[lost].must_run + loads[left].infrastructure + loads[left].old
                label = f"zone {lost} and one node lost"
                found.append(Case(site=left, label=label, need=need, size=sizes[left], lost=1))
    return tuple(found)


def load_section(
    site: str, load: SiteLoad, size: HostSize, site_cases: Iterable[Case], parameters: Parameters
) -> Section:
    """A site's hosts, loads and cases as lines."""
    growth = f"x {1 + parameters.growth.value:.2f} growth"
    ram = f"sum of RAM {growth} / {parameters.ram_overcommit.value:g} overcommit"
    cores = f"sum of vCPU {growth} / {parameters.vcpu_per_core.value:g} vCPU per core"
    lines = [
        Line(label="hosts declared", formula=f"`ggvv:sites.{site}.hosts`", value=size.count, unit="hosts"),
        Line(
            label="RAM for machines",
            formula=f"{size.ram_gib} - {size.ram_gib - size.usable_ram_gib} hypervisor",
            value=size.usable_ram_gib,
            unit="GiB per host",
        ),
        Line(
            label="cores for machines",
            formula=f"{size.cores} - {size.cores - size.usable_cores} hypervisor",
            value=size.usable_cores,
            unit="cores per host",
        ),
        Line(label="servers: RAM", formula=ram, value=load.servers.ram_gib, unit="GiB"),
        Line(label="servers: cores", formula=cores, value=load.servers.cores, unit="cores"),
        Line(label="of which must-run: RAM", formula=ram, value=load.must_run.ram_gib, unit="GiB"),
        Line(label="of which must-run: cores", formula=cores, value=load.must_run.cores, unit="cores"),
        Line(
            label="infrastructure: RAM", formula="sum of RAM, no growth", value=load.infrastructure.ram_gib, unit="GiB"
        ),
        Line(
            label="infrastructure: cores",
            formula="sum of vCPU / vCPU per core",
            value=load.infrastructure.cores,
            unit="cores",
        ),
    ]
    if load.old.ram_gib or load.old.cores:
        lines += [
            Line(
                label="old load: RAM", formula="kept free on the existing platform", value=load.old.ram_gib, unit="GiB"
            ),
            Line(label="old load: cores", formula="reserved vCPU / vCPU per core", value=load.old.cores, unit="cores"),
        ]
    return Section(title=f"compute {site}", lines=(*lines, *(line for case in site_cases for line in case.lines())))
