"""`ggvv plan`: the architecture of a stack, readable without deploying anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from identity.document import identity_document
from identity.plan import IdentityPlan
from operations import console
from operations.errors import UserError
from operations.flow_plan import compared, flow_document, flow_page, flow_table, network_picture, summary, write_rules
from operations.flow_policy import ProvedPolicy
from operations.picture import mermaid
from operations.plan_tables import tables
from operations.stack_settings import StackSettings


class Format(StrEnum):
    """How to print the plan: tables for people, JSON for programs, a picture or a page for documents."""

    TABLE = "table"
    JSON = "json"
    MERMAID = "mermaid"
    HTML = "html"
    SVG = "svg"


def plan(
    stack: console.StackOption = "lab",
    format_: Annotated[
        Format, typer.Option("--format", help="Tables for people, JSON for programs, a picture for documents.")
    ] = Format.TABLE,
    flows: Annotated[
        bool, typer.Option("--flows", help="The flow policy instead: checked, compiled and proved on paper.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(metavar="COMMIT", help="With --flows: what becomes allowed or denied since then.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="With --flows: write the rules for every make of firewall.")
    ] = None,
) -> None:
    """Show sites, segments, addresses, capacity and licences of a stack; deploys nothing, asks nobody."""
    _refuse_what_goes_not_together(format_, flows=flows, only_flows=against is not None or write is not None)
    architecture = StackSettings.read(stack).architecture()
    if flows:
        _show_flows(ProvedPolicy.of(architecture, datetime.now(UTC).date()), format_, against, write)
        return
    if format_ is Format.JSON:
        identity = IdentityPlan.of(architecture)
        document = {**architecture.to_json(), "identity": identity_document(identity) if identity else None}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    if format_ is Format.MERMAID:
        typer.echo(mermaid(architecture))
        return
    for table in tables(architecture):
        console.out.print(table)
        console.out.print()


def _refuse_what_goes_not_together(format_: Format, *, flows: bool, only_flows: bool) -> None:
    if only_flows and not flows:
        raise UserError("plan: --against and --write are about the flow policy; add --flows")
    if format_ is Format.HTML and not flows:
        raise UserError("plan: --format html shows the matrix of flows; add --flows, or choose table, json or mermaid")
    if format_ is Format.SVG and not flows:
        raise UserError("plan: --format svg shows the network; add --flows, or choose table, json or mermaid")
    if format_ is Format.MERMAID and flows:
        raise UserError("plan: --format mermaid shows the sites; leave out --flows, or choose table, json, html or svg")


def _show_flows(proved: ProvedPolicy, format_: Format, against: str | None, write: Path | None) -> None:
    if write is not None:
        write_rules(proved, write)
    elif against is not None:
        lines = compared(proved, against)
        for line in lines or [f"nothing becomes allowed or denied since {against}"]:
            console.out.print(escape(line), soft_wrap=True)
    elif format_ is Format.JSON:
        typer.echo(flow_document(proved))
    elif format_ is Format.HTML:
        typer.echo(flow_page(proved))
    elif format_ is Format.SVG:
        typer.echo(network_picture(proved))
    else:
        console.out.print(flow_table(proved))
        console.out.print(summary(proved), soft_wrap=True)
