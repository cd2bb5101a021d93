"""The plan of a stack as tables: sites, segments, networks, links, identity, capacity, licences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table

from operations.identity_tables import identity_tables
from reference.architecture import Architecture
from reference.backup_plan import shown
from reference.line import Section
from reference.segment import Segment


def tables(architecture: Architecture) -> Iterator[Table | str]:
    """All tables of the plan, in the order in which one reads it."""
    yield _sites(architecture)
    yield _municipalities(architecture)
    yield _segments("Segments", architecture.segments)
    yield _segments("Client networks (at the municipalities)", architecture.plan.clients)
    yield _segments("Management of network devices (at the municipalities)", architecture.plan.device_management)
    yield _links(architecture)
    yield _waves(architecture)
    yield from identity_tables(architecture)
    yield _backup(architecture)
    for section in architecture.capacity.sections:
        yield _arithmetic(section)
    yield from _notes(architecture)


def _table(title: str, left: Iterable[str], right: Iterable[str] = ()) -> Table:
    table = Table(title=title, title_justify="left")
    for column in left:
        table.add_column(column, overflow="fold")
    for column in right:
        table.add_column(column, justify="right")
    return table


def _sites(architecture: Architecture) -> Table:
    facilities = ("fire", "cooling", "ups", "diesel")
    table = _table("Sites", ("site", "role", "place", "cluster", *facilities), ("ESXi hosts", "infrastructure"))
    for site in architecture.sites:
        cluster = next(c for c in architecture.clusters if site.id in c.sites)
        declared = [getattr(site.facilities, name) for name in facilities]
        table.add_row(
            site.id,
            site.role,
            site.place,
            cluster.name,
            *(f"{'declared' if facility.declared else 'missing'}, {facility.assessed}" for facility in declared),
            str(architecture.choices.site(site.id).hosts),
            str(sum(1 for host in architecture.hosts if host.site == site.id)),
        )
    return table


def _municipalities(architecture: Architecture) -> Table:
    mapping = architecture.definitions.municipalities.mapping
    columns = ("servers", "PCs", "network devices", "IT staff", "employees")
    table = _table(f"Municipalities (figures from the source; which is whose: {mapping})", ("municipality",), columns)
    for municipality in architecture.municipalities:
        figures = municipality.figures
        counts = (figures.servers, figures.pcs, figures.network_devices, figures.it_staff, figures.employees)
        table.add_row(municipality.name, *(f"{count:,}".replace(",", " ") for count in counts))
    return table


def _segments(title: str, segments: Iterable[Segment]) -> Table:
    table = _table(title, ("segment", "zone", "IPv4", "IPv6", "arithmetic"), ("VLAN",))
    for s in segments:
        table.add_row(s.name, s.zone, str(s.ipv4), str(s.ipv6), s.sizing.text, str(s.vlan))
    return table


def _links(architecture: Architecture) -> Table:
    table = _table("Links", ("link", "kind", "path", "IPv4", "IPv6"))
    for link in architecture.links:
        table.add_row(link.name, link.kind, link.path, str(link.ipv4), str(link.ipv6))
    return table


def _waves(architecture: Architecture) -> Table:
    table = _table("Waves", ("wave", "states"), ("servers", "in the new environment"))
    for wave in architecture.waves:
        servers = [server for server in architecture.servers if server.wave == wave]
        states = ", ".join(sorted({str(server.state) for server in servers}))
        table.add_row(wave, states, str(len(servers)), str(sum(1 for server in servers if server.exists)))
    return table


def _backup(architecture: Architecture) -> Table:
    table = _table("Backup", ("class", "covers", "kept in its zone", "kept in DC3"), ("RPO h", "RTO h", "lock days"))
    for each in architecture.definitions.backup.classes:
        times = (str(hours) for hours in (each.rpo_hours, each.rto_hours, each.lock_days))
        table.add_row(each.id, each.covered, shown(each.local), shown(each.vault), *times)
    return table


def _arithmetic(section: Section) -> Table:
    table = _table(section.title, ("step", "how"), ("value", "unit"))
    for line in section.lines:
        table.add_row(line.label, line.formula, f"{line.value:,.10g}".replace(",", " "), line.unit)
    return table


def _notes(architecture: Architecture) -> Iterator[str]:
    for difference in architecture.differences:
        yield f"Note: {difference.text}"
    if architecture.inventory.sample:
        yield f"Note: the servers are a sample. {architecture.inventory.note}"
