"""The zone × zone matrix as a page of its own: what is open in each cell, by which flow, of whom, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from network.policy.flow import Flow, FlowPolicy
from network.policy.grant import Grant
from network.policy.intention import Cell, Ports, intention
from network.policy.zone import Zone


@dataclass(frozen=True)
class Square:
    """One cell: the flows that open something, each with a line of words; `same` where source and destination are."""

    source: str
    destination: str
    same: bool
    flows: tuple[tuple[str, str], ...]


def matrix_html(policy: FlowPolicy, grants: Sequence[Grant], every: Sequence[Zone], title: str) -> str:
    """The matrix as HTML that needs nothing beside itself."""
    forwarded = [grant for grant in grants if not grant.local]
    names = [zone.name for zone in every if zone.routed]
    cells = intention(forwarded)
    flows = {flow.id: flow for flow in policy.flows}
    rows = [(source, [_square(source, name, cells, flows) for name in names]) for source in names]
    environment = Environment(
        loader=PackageLoader("network.policy", "."), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    return environment.get_template("matrix.html.j2").render(title=title, names=names, rows=rows, flows=policy.flows)


def _square(source: str, destination: str, cells: Mapping[Cell, Ports], flows: Mapping[str, Flow]) -> Square:
    opened: dict[str, list[str]] = {}
    for protocol, ports in cells.get((source, destination), {}).items():
        for allowed in ports:
            opened.setdefault(allowed.flow, []).append(said(protocol, allowed.first, allowed.last))
    told = tuple(
        (name, f"{name}: {', '.join(ports)}; {' and '.join(flows[name].owners)}: {flows[name].reason}")
        for name, ports in opened.items()
    )
    return Square(source, destination, source == destination, told)


def said(protocol: str, first: int, last: int) -> str:
    """A range of ports in words."""
    if protocol not in {"tcp", "udp"}:
        return protocol
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"
