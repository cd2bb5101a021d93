"""The flow policy of a stack as people and programs read it: table, document, page, comparison, files to load."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from graphviz import ExecutableNotFound
from rich.table import Table

from network.policy.comparison import changes
from network.policy.flow import Endpoint
from network.policy.grant import every_zone, grants
from network.policy.matrix import matrix_html, said
from network.policy.targets import compile_all
from network.policy.topology import topology_svg
from operations import console
from operations.errors import UserError
from operations.flow_policy import ProvedPolicy, policy_at


def flow_table(proved: ProvedPolicy) -> Table:
    """Every flow with what it opens, and who answers for it and why."""
    table = Table(title="Flows (all else is dropped and logged)", title_justify="left", show_lines=True)
    table.add_column("flow", no_wrap=True)
    table.add_column("opens", overflow="fold")
    table.add_column("owner and reason", overflow="fold")
    for flow in proved.policy.flows:
        opens = f"{_ends(flow.sources)} → {_ends(flow.destinations)}: {', '.join(flow.services)}"
        until = f" (until {flow.until})" if flow.until else ""
        table.add_row(flow.id, opens, f"{' and '.join(flow.owners)}: {flow.reason} ({flow.requirement}){until}")
    return table


def summary(proved: ProvedPolicy) -> str:
    """What was proved, in a line."""
    zones = [zone for zone in every_zone(proved.architecture, proved.architecture.sites[0].id) if zone.routed]
    sites = ", ".join(proved.rules)
    return (
        f"{len(proved.policy.flows)} flows between {len(zones)} zones; compiled for {sites} and proved on paper: "
        f"{len(zones)} × {len(zones)} pairs, every port, IPv4 and IPv6"
    )


def flow_document(proved: ProvedPolicy) -> str:
    """The flows, and what is open in each cell, as JSON."""
    cells: dict[str, dict[str, list[str]]] = {}
    for (source, destination), ports in proved.cells.items():
        cells.setdefault(source, {})[destination] = [
            f"{said(protocol, a.first, a.last)} {a.flow}" for protocol, every in ports.items() for a in every
        ]
    flows = [flow.model_dump(mode="json", by_alias=True, exclude_none=True) for flow in proved.policy.flows]
    return json.dumps({"flows": flows, "matrix": cells}, ensure_ascii=False, indent=2)


def flow_page(proved: ProvedPolicy) -> str:
    """The matrix as HTML."""
    every = every_zone(proved.architecture, proved.architecture.sites[0].id)
    return matrix_html(proved.policy, proved.grants, every, f"Flow policy: {proved.architecture.choices.environment}")


def network_picture(proved: ProvedPolicy) -> str:
    """The firewalls, the zones behind them and the links between them, as SVG.

    Raises:
        UserError: Graphviz is not installed.
    """
    try:
        return topology_svg(proved.architecture)
    except ExecutableNotFound as error:
        raise UserError("plan: --format svg needs Graphviz, which is not installed; run: make venv") from error


def compared(proved: ProvedPolicy, commit: str) -> list[str]:
    """What the policy allows and denies that the one of `commit` does not, a line each.

    Raises:
        UserError: there is no such commit, or it had no policy.
    """
    every = every_zone(proved.architecture, proved.architecture.sites[0].id)
    before = grants(policy_at(commit).current(proved.today), every)
    return [change.text for change in changes(before, proved.grants)]


def write_rules(proved: ProvedPolicy, folder: Path) -> None:
    """Write the rules for every make of firewall into `folder`, each make into its own.

    Raises:
        UserError: a make's rules can't be written; those of the others are.
    """
    compilation = compile_all(proved.architecture, proved.today, proved.policy)
    try:
        compilation.write(folder)
    except OSError as error:
        raise UserError(f"--write {folder}: can't be written ({error.strerror}); choose another folder") from error
    for name in sorted(compilation.files):
        console.say(f"wrote {folder / name}")
    if compilation.failed:
        raise UserError("\n".join(f"{make}: can't be compiled ({why})" for make, why in compilation.failed.items()))


def _ends(endpoints: Iterable[Endpoint]) -> str:
    return ", ".join(str(endpoint) for endpoint in endpoints)
