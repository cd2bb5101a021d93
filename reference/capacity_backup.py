"""The space that backups need at each site, class by class, with the arithmetic shown (CAP-1, BAK-1, BAK-2)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from reference.backup_plan import BackupPlan, Cadence, Keeping
from reference.capacity_storage import GIB_PER_TIB, data_gib
from reference.choices import Choices
from reference.host import Host
from reference.line import Line, Section
from reference.parameter import Parameters
from reference.server import Server
from reference.site import Site


def backup_sections(
    plan: BackupPlan, sites: Sequence[Site], servers: Sequence[Server], hosts: Sequence[Host], parameters: Parameters
) -> dict[str, Section]:
    """What each site needs: zones for their own short-term backups, the third for the long-term ones of all.

    A site without a backup server hands the short-term backups of its hosts to the first zone.
    """
    zones = [site.id for site in sites if site.hosts_workloads]
    found = {}
    for zone in zones:
        near = [host for host in hosts if host.site == zone or (zone == zones[0] and host.site not in zones)]
        own = [server for server in servers if server.zone == zone]
        found[zone] = _section(zone, "local", plan, own, near, parameters)
    for site in (site.id for site in sites if not site.hosts_workloads):
        found[site] = _section(site, "vault", plan, servers, hosts, parameters)
    return found


def backup_space_findings(sections: Mapping[str, Section], choices: Choices) -> Iterable[str]:
    """Where the declared space for backups does not do; nothing where the stack declares none."""
    for site, section in sections.items():
        declared, needed = choices.site(site).backup_tib, section.value("needed") / GIB_PER_TIB
        if declared is not None and declared < needed:
            yield (
                f"{site}: found {declared:g} TiB for backups, needed are {needed:.1f} TiB by backup.yaml "
                f"(CAP-1, BAK-1, BAK-2); raise `ggvv:sites.{site}.backup_tib` to {math.ceil(needed)}"
            )


def _section(
    site: str, store: str, plan: BackupPlan, servers: Sequence[Server], hosts: Sequence[Host], parameters: Parameters
) -> Section:
    lines = []
    for each in plan.classes:
        covered = [s for s in servers if each.covers(s.municipality, s.tier, s.criticality)]
        own = math.ceil(sum(h.disk_gib for h in hosts if h.role in each.hosts) * parameters.storage_used_share.value)
        data = data_gib(covered, parameters) + own
        share, formula = _versions(each.keeping(store), parameters)
        if data:
            lines.append(
                Line(label=each.id, formula=f"{data} x (1{formula})", value=math.ceil(data * (1 + share)), unit="GiB")
            )
    kept, reduction = int(sum(line.value for line in lines)), parameters.backup_reduction.value
    needed = Line(
        label="needed", formula=f"{kept} / {reduction:g} reduction", value=math.ceil(kept / reduction), unit="GiB"
    )
    return Section(title=f"backup {site}", lines=(*lines, needed))


def _versions(keeping: Keeping, parameters: Parameters) -> tuple[float, str]:
    """What all kept copies add to the first one, as a share of it, and how that comes about."""
    change = {
        Cadence.HOURLY: parameters.backup_daily_change.value / 24,
        Cadence.DAILY: parameters.backup_daily_change.value,
        Cadence.WEEKLY: parameters.backup_weekly_change.value,
        Cadence.MONTHLY: parameters.backup_monthly_change.value,
        Cadence.YEARLY: parameters.backup_yearly_change.value,
    }
    share = sum(count * change[cadence] for cadence, count in keeping.items())
    return share, "".join(f" + {count} {cadence} x {change[cadence]:g}" for cadence, count in keeping.items())
