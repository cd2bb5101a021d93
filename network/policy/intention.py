"""What the policy means to allow, cell by cell: the measure that compiled rules are proved against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from network.policy.flow import PortRange
from network.policy.grant import Grant

Cell = tuple[str, str]
"""The names of the zones that a packet comes from and goes to."""

ANY_PORT: PortRange = (0, 65535)
"""What a protocol without ports is taken to use."""


@dataclass(frozen=True)
class Allowed:
    """A range of ports that a flow opens."""

    first: int
    last: int
    flow: str


Ports = Mapping[str, tuple[Allowed, ...]]
"""What is open in a cell by protocol, sorted; ranges may touch, and in a checked policy never overlap."""


def intention(grants: Iterable[Grant]) -> Mapping[Cell, Ports]:
    """What `grants` allow in each cell; a cell that is not there allows nothing."""
    cells: dict[Cell, dict[str, list[Allowed]]] = {}
    for grant in grants:
        opened = {
            protocol: [Allowed(first, last, grant.flow.id) for first, last in ranges or (ANY_PORT,)]
            for protocol, ranges in grant.ports.items()
        }
        for source in grant.sources:
            for destination in grant.destinations:
                cell = cells.setdefault((source.name, destination.name), {})
                for protocol, ports in opened.items():
                    cell.setdefault(protocol, []).extend(ports)
    return {cell: {p: tuple(sorted(v, key=_by_port)) for p, v in ports.items()} for cell, ports in cells.items()}


def _by_port(allowed: Allowed) -> tuple[int, int, str]:
    return allowed.first, allowed.last, allowed.flow
