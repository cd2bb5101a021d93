"""`ggvv plan`: the architecture of a stack, readable without deploying anything."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from identity.document import identity_document
from identity.plan import IdentityPlan
from operations import console
from operations.picture import mermaid
from operations.plan_tables import tables
from operations.stack_settings import StackSettings


class Format(StrEnum):
    """How to print the plan: tables for people, JSON for programs, a Mermaid picture for documents."""

    TABLE = "table"
    JSON = "json"
    MERMAID = "mermaid"


def plan(
    stack: console.StackOption = "lab",
    format_: Annotated[
        Format, typer.Option("--format", help="Tables for people, JSON for programs, a picture for documents.")
    ] = Format.TABLE,
) -> None:
    """Show sites, segments, addresses, capacity and licences of a stack; deploys nothing, asks nobody."""
    architecture = StackSettings.read(stack).architecture()
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
