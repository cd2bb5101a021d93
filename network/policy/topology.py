"""The network's picture, drawn from the model by Graphviz: firewalls, core links by path, WAN edges (NET-1, NET-2)."""

from __future__ import annotations

from graphviz import Graph

from reference.architecture import Architecture
from reference.fabric import Link, LinkKind
from reference.host import HostRole

COLOURS = {"north": "#1f5fa8", "south": "#b3541e"}
"""Of the lines on each of the disjoint paths."""

FONT = "Helvetica"


def topology_svg(architecture: Architecture) -> str:
    """The picture as SVG.

    Raises:
        graphviz.ExecutableNotFound: Graphviz's `dot` is not installed.
    """
    return str(topology(architecture).pipe(format="svg", encoding="utf-8"))


def topology(architecture: Architecture) -> Graph:
    """The firewalls of each site with the zones behind them, and every link between them with its path."""
    every = {"fontname": FONT, "fontsize": "11"}
    picture = Graph(
        "topology",
        graph_attr={**every, "rankdir": "LR", "ranksep": "1.3", "nodesep": "0.35"},
        node_attr={**every, "shape": "box", "style": "filled", "fillcolor": "white"},
        edge_attr=every,
    )
    for municipality in architecture.municipalities:
        picture.node(municipality.id, municipality.name, shape="house", fillcolor="#eef3e2")
    for site in architecture.sites:
        with picture.subgraph(name=f"cluster_{site.id}") as own:
            _site(own, architecture, site.id)
    for link in architecture.links:
        _link(picture, architecture, link)
    return picture


def _site(picture: Graph, architecture: Architecture, site: str) -> None:
    picture.attr(label=site.upper(), style="filled", color="#f1f1f1")
    zones = f"{site}-zones"
    picture.node(zones, "\n".join(_zones(architecture, site)))
    for host in architecture.hosts:
        if host.role is HostRole.FIREWALL and host.site == site:
            picture.node(host.name, fillcolor="#f6e3d5")
            picture.edge(host.name, zones)


def _zones(architecture: Architecture, site: str) -> list[str]:
    """The zones that only this site has, and how many segments it shares with the other active one."""
    here = [segment for segment in architecture.segments if site in segment.spans]
    own = [segment.zone for segment in here if segment.spans == (site,)]
    shared = len(here) - len(own)
    return [*own, f"{shared} segments at both sites"] if shared else own


def _link(picture: Graph, architecture: Architecture, link: Link) -> None:
    core = link.kind is LinkKind.CORE
    picture.edge(
        link.a if core else architecture.plan.fabric.places[link.a],
        link.b,
        label=f"l{link.number}, {link.path}",
        color=COLOURS.get(link.path, "black"),
        penwidth="2.5" if core else "1",
    )
