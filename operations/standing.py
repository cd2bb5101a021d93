"""What stands where after a deploy, as tables."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table

from operations.identity_tables import standing_identity
from reference.architecture import Architecture

SAMPLE = "the server inventory is a sample, not the municipalities' own"


def standing(architecture: Architecture) -> Group:
    """Sites and municipalities with what runs there now, and identity."""
    parts: list[Table | str] = [_sites(architecture), _municipalities(architecture), *standing_identity(architecture)]
    if architecture.inventory.sample:
        parts.append(f"Note: {SAMPLE}.")
    return Group(*parts)


def _sites(architecture: Architecture) -> Table:
    table = Table(title="What stands where", title_justify="left")
    table.add_column("site", no_wrap=True)
    table.add_column("cluster")
    for column in ("ESXi", "infra", "servers", "vCPU", "RAM GiB"):
        table.add_column(column, justify="right")
    for site in architecture.sites:
        here = [server for server in architecture.deployed if server.zone == site.id]
        infrastructure = [host for host in architecture.hosts if host.site == site.id]
        cluster = next(c for c in architecture.clusters if site.id in c.sites)
        table.add_row(
            f"{site.name} {site.place}",
            f"{cluster.name} (existing)" if cluster.existing else cluster.name,
            str(sum(1 for host in architecture.esxi_hosts if host.site == site.id)),
            str(len(infrastructure)),
            str(len(here)),
            str(sum(s.vcpu for s in here) + sum(h.vcpu for h in infrastructure)),
            str(sum(s.ram_gib for s in here) + sum(h.ram_gib for h in infrastructure)),
        )
    return table


def _municipalities(architecture: Architecture) -> Table:
    zones = [site.id for site in architecture.sites if site.hosts_workloads]
    table = Table(title="Landing zones", title_justify="left")
    table.add_column("municipality")
    table.add_column("VLAN web, app, data", no_wrap=True)
    for column in (*zones, "servers", "not yet moved"):
        table.add_column(column, justify="right")
    for municipality in architecture.municipalities:
        own = [server for server in architecture.servers if server.municipality == municipality.id]
        moved = [server for server in own if server.exists]
        segments = [s for s in architecture.segments if s.municipality == municipality.id and s.tier]
        table.add_row(
            municipality.name,
            ", ".join(str(segment.vlan) for segment in segments),
            *(str(sum(1 for server in moved if server.zone == zone)) for zone in zones),
            str(len(moved)),
            str(len(own) - len(moved)),
        )
    return table
