"""Keeps docs/network.md equal to the policy (`python -m network.policy.pages` writes it; a test compares)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from network.policy.flow import Endpoint, FlowPolicy, Selector, Service
from network.policy.grant import Grant, every_zone, grants
from network.policy.intention import intention
from network.policy.matrix import said
from network.policy.topology import topology_svg
from network.policy.zone import Zone
from reference.architecture import Architecture
from reference.choices import Choices
from reference.data import FOLDER, read_yaml
from reference.endpoint import CONNECTION_KEYS
from reference.pages import filled, table
from reference.servers.sample import sample

PAGE = FOLDER.parent / "docs" / "network.md"
PICTURE = PAGE.with_name("topology.svg")
STACK = FOLDER.parent / "stacks" / "Pulumi.lab.yaml"

OWN = "°"
"""Marks what stays within each municipality."""


def rendered(page: str) -> str:
    """The text of `page` with its tables made anew, as the stack `lab` has them.

    Raises:
        KeyError: the page asks for a table that there isn't.
    """
    return filled(page, dict(_tables(lab(), FlowPolicy.load())))


def lab() -> Architecture:
    """The stack `lab` on the built-in sample, whatever was imported since."""
    values = {key.removeprefix("ggvv:"): value for key, value in read_yaml(STACK)["config"].items()}
    own = {key: value for key, value in values.items() if key not in CONNECTION_KEYS}
    return Architecture.build(Choices.from_config(own, STACK.name), inventory=sample())


def _tables(architecture: Architecture, policy: FlowPolicy) -> Iterator[tuple[str, str]]:
    every = every_zone(architecture, architecture.sites[0].id)
    allowed = grants(policy, every)
    yield "interfaces", _interfaces(architecture)
    yield "matrix", _matrix([grant for grant in allowed if not grant.local], every)
    yield "flows", _flows(policy)
    boundaries = (
        (b.id, _selected(b.guards), "; ".join(_selected(way) for way in b.only) or "nothing", b.reason, b.requirement)
        for b in policy.boundaries
    )
    yield "boundaries", table(("boundary", "guards", "lets through only", "reason", "requirement"), boundaries)
    yield "services", table(("service", "ports"), ((s.name, _ports(s)) for s in policy.services))
    yield "owners", table(("owner", "who"), ((owner.id, owner.who) for owner in policy.owners))


def _interfaces(architecture: Architecture) -> str:
    rows = (
        (f"`v{s.vlan}`", s.name, ", ".join(s.spans), s.ipv4, s.gateway4, s.ipv6, s.gateway6)
        for s in architecture.segments
    )
    return table(("interface", "segment", "sites", "IPv4", "gateway", "IPv6", "gateway"), rows)


def _flows(policy: FlowPolicy) -> str:
    rows = (
        (
            f.id,
            _ends(f.sources),
            _ends(f.destinations),
            ", ".join(f.services),
            " and ".join(f.owners),
            f.reason,
            f.requirement,
            f.planned or "today",
        )
        for f in policy.flows
    )
    return table(("flow", "from", "to", "services", "owners", "reason", "requirement", "in use"), rows)


def _matrix(allowed: Sequence[Grant], every: Sequence[Zone]) -> str:
    """Kinds of zone against each other; the page of `--format html` has every zone."""
    kind = {zone.name: zone.kind for zone in every}
    cells: dict[tuple[str, str], dict[str, None]] = {}
    within = {grant.flow.id for grant in allowed if grant.name != grant.flow.id}
    for (source, destination), ports in intention(allowed).items():
        for flow in (a.flow for opened in ports.values() for a in opened):
            name = flow.removeprefix("FLOW-") + (OWN if flow in within else "")
            cells.setdefault((kind[source], kind[destination]), {})[name] = None
    kinds = list(dict.fromkeys(zone.kind for zone in every if zone.routed))
    rows = ((f"**{row}**", *(_cell(cells, row, column) for column in kinds)) for row in kinds)
    return table(("from ↓ to →", *kinds), rows)


def _cell(cells: Mapping[tuple[str, str], Mapping[str, None]], row: str, column: str) -> str:
    return "<br/>".join(cells.get((row, column), ()))


def _selected(selector: Selector) -> str:
    parts = [", ".join(selector.services) or "everything"]
    parts += [f"from {selector.source}"] if selector.source else []
    parts += [f"to {selector.destination}"] if selector.destination else []
    return " ".join(parts)


def _ends(endpoints: Iterable[Endpoint]) -> str:
    return ", ".join(str(endpoint) for endpoint in endpoints)


def _ports(service: Service) -> str:
    ported = [said(protocol, *span) for protocol, spans in service.ports.items() for span in spans]
    return ", ".join([*ported, *service.protocols])


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURE.write_text(topology_svg(lab()), encoding="utf-8")
