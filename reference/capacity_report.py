"""Puts the capacity report together from loads, storage, backup and licences."""

from __future__ import annotations

from collections.abc import Sequence

from reference import capacity, capacity_storage
from reference.backup_plan import BackupPlan
from reference.capacity import CapacityReport
from reference.capacity_backup import backup_sections, backup_space_findings
from reference.choices import CapacityScope, Choices
from reference.host import Host
from reference.licence import licence_section
from reference.parameter import Parameters
from reference.server import Server
from reference.site import Site

WINDOWS = "windows"
"""Operating systems that need Windows licences start with this."""


def _counts(server: Server, choices: Choices) -> bool:
    """Whether the platform must carry the server.

    A wave that was turned back still counts: it will be turned again, and a vault's disks can't shrink meanwhile.
    """
    return choices.capacity_scope is CapacityScope.ALL or server.exists or server.wave in choices.waves


def report(
    choices: Choices,
    sites: Sequence[Site],
    servers: Sequence[Server],
    hosts: Sequence[Host],
    parameters: Parameters,
    plan: BackupPlan,
) -> CapacityReport:
    """The capacity report of a stack; which servers count is its choice `capacity_scope`."""
    counted = [s for s in servers if _counts(s, choices)]
    active = [site.id for site in sites if site.hosts_workloads]
    calculator = capacity.Calculator(parameters)
    sizes = {s.id: capacity.host_size(choices.site(s.id), parameters, witness=not s.hosts_workloads) for s in sites}
    loads = {site.id: calculator.site(site.id, choices, counted, hosts) for site in sites}
    cases = capacity.cases(loads, sizes, active)
    compute = [
        capacity.load_section(site, load, sizes[site], [c for c in cases if c.site == site], parameters)
        for site, load in loads.items()
    ]
    storage = {
        site: capacity_storage.storage_section(site, other, counted, parameters)
        for site, other in zip(active, reversed(active), strict=True)
    }
    backup = backup_sections(plan, sites, counted, hosts, parameters)
    windows = {
        site.id: sum(1 for s in counted if s.zone == site.id and s.os.startswith(WINDOWS))
        + sum(1 for h in hosts if h.site == site.id and h.os.startswith(WINDOWS))
        for site in sites
    }
    return CapacityReport(
        scope=choices.capacity_scope,
        servers=len(counted),
        cases=cases,
        sections=(*compute, *storage.values(), *backup.values(), licence_section(sizes, windows, parameters)),
        backup_gib={site: max(1, int(section.value("needed"))) for site, section in backup.items()},
        storage_findings=(
            *(
                finding
                for site, section in storage.items()
                for finding in capacity_storage.storage_findings(site, section, choices)
            ),
            *backup_space_findings(backup, choices),
        ),
    )
