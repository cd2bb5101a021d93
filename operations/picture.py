"""The architecture as a Mermaid flowchart, drawn from the model: what the README shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reference.architecture import Architecture
from reference.fabric import LinkKind
from reference.host import HostRole


def mermaid(architecture: Architecture) -> str:
    """Sites with what stands there, landing zones, municipalities, and the links between them."""
    return "\n".join(
        [
            "flowchart TB",
            *_sites(architecture),
            *_municipalities(architecture),
            *_links(architecture),
            *_witness(architecture),
        ]
    )


def _sites(architecture: Architecture) -> Iterator[str]:
    for site in architecture.sites:
        yield f'  subgraph {site.id}["{site.id.upper()} {site.place}: {_role(site.role)}"]'
        esxi = sum(1 for host in architecture.esxi_hosts if host.site == site.id)
        roles = Counter(host.role for host in architecture.hosts if host.site == site.id)
        firewalls = roles.pop(HostRole.FIREWALL, 0)
        yield f'    {site.id}fw{{{{"{firewalls} firewalls"}}}}'
        others = ", ".join(f"{count} × {role}" if count > 1 else str(role) for role, count in roles.items())
        yield f'    {site.id}infra["{esxi} ESXi hosts<br/>{others}"]'
        yield f"    {site.id}fw --- {site.id}infra"
        if site.hosts_workloads:
            yield f'    {site.id}lz["landing zones: {_workloads(architecture, site.id)}"]'
            yield f"    {site.id}fw --- {site.id}lz"
        yield "  end"


def _role(role: str) -> str:
    return {"active": "active zone", "witness": "witness, long-term backup"}.get(role, role)


def _workloads(architecture: Architecture, site: str) -> str:
    servers = Counter(server.municipality for server in architecture.deployed if server.zone == site)
    return ", ".join(f"{m.name} {servers[m.id]}" for m in architecture.municipalities)


def _municipalities(architecture: Architecture) -> Iterator[str]:
    for m in architecture.municipalities:
        yield f'  {m.id}(["{m.name}: {m.figures.pcs:,} PCs"])'.replace(",", " ")


def _links(architecture: Architecture) -> Iterator[str]:
    """One line for each pair of ends, with the disjoint paths between them."""
    site_of = architecture.plan.fabric.places
    paths: dict[tuple[str, str, LinkKind], list[str]] = {}
    for link in architecture.links:
        paths.setdefault((site_of[link.a], site_of[link.b], link.kind), []).append(link.path)
    for (a, b, kind), names in paths.items():
        line = "===" if kind is LinkKind.CORE else "---"
        start = f"{a}fw" if kind is LinkKind.CORE else a
        yield f'  {start} {line}|"{" + ".join(names)}"| {b}fw'


def _witness(architecture: Architecture) -> Iterator[str]:
    witness = next(site.id for site in architecture.sites if not site.hosts_workloads)
    for site in architecture.sites:
        if site.hosts_workloads:
            yield f'  {site.id}infra -. "quorum, locked copies" .-> {witness}infra'
