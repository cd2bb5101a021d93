"""The network as a Mermaid flowchart, drawn from the model: firewalls, core links by path, WAN edges (NET-1, NET-2)."""

from __future__ import annotations

from collections.abc import Iterator

from reference.architecture import Architecture
from reference.fabric import Link, LinkKind
from reference.host import HostRole


def topology(architecture: Architecture) -> str:
    """The firewalls of each site with the zones behind them, and every link between them with its path."""
    return "\n".join(
        [
            "flowchart LR",
            *(line for site in architecture.sites for line in _site(architecture, site.id)),
            *(f'  {m.id}(["{m.name}"])' for m in architecture.municipalities),
            *(line for link in architecture.links for line in _link(architecture, link)),
        ]
    )


def _site(architecture: Architecture, site: str) -> Iterator[str]:
    own = [segment.zone for segment in architecture.segments if segment.spans == (site,)]
    shared = [segment.zone for segment in architecture.segments if len(segment.spans) > 1 and site in segment.spans]
    yield f'  subgraph {site}["{site.upper()}"]'
    for host in architecture.hosts:
        if host.role is HostRole.FIREWALL and host.site == site:
            yield f'    {_id(host.name)}{{{{"{host.name}"}}}} --- {site}zones'
    yield f'    {site}zones["{"<br/>".join([*own, *_stretched(shared)])}"]'
    yield "  end"


def _stretched(zones: list[str]) -> list[str]:
    """The segments that are at both active sites, where there are any."""
    return [f"{len(zones)} segments at both sites"] if zones else []


def _link(architecture: Architecture, link: Link) -> Iterator[str]:
    place = {loopback.device: loopback.place for loopback in architecture.plan.fabric.loopbacks}
    if link.kind is LinkKind.CORE:
        yield f'  {_id(link.a)} ===|"l{link.number}, {link.path}"| {_id(link.b)}'
    else:
        yield f'  {place[link.a]} ---|"l{link.number}, {link.path}"| {_id(link.b)}'


def _id(name: str) -> str:
    """A name as Mermaid takes it for a node."""
    return name.replace("-", "")
