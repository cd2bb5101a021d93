"""`ggvv explain`: what happens and why, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from identity.checks.declared import Comparison, Declared
from identity.plan import IdentityPlan
from identity.what_if import Verdict, WhatIf, explain
from operations import console
from operations.asked_sign_in import Asked
from operations.errors import UserError
from operations.flow_explanation import explained
from operations.flow_policy import ProvedPolicy
from operations.flow_question import connections
from operations.graph import Graph
from operations.stack_settings import StackSettings
from operations.tenant_connection import connect_tenant
from operations.tenant_reading import TenantReader

app = typer.Typer(no_args_is_help=True, help="What happens, and why.")

POLICY_PARTS = ("policies", "groups", "locations", "strengths", "service-principals")
"""What is read of a tenant to evaluate its policies."""


@app.callback()
def root() -> None:
    """Have the command group stay one, also with one command."""


@app.command("sign-in")
def sign_in(  # noqa: PLR0913 - each is one word about the sign-in
    *,
    user: Annotated[list[str], typer.Option(help="A group such as staff/gnosjo, guest, or program; several add up.")],
    role: Annotated[list[str] | None, typer.Option(help="An active directory role; several add up.")] = None,
    app_: Annotated[str | None, typer.Option("--app", help="itsm, office365, admin-portals, …")] = None,
    action: Annotated[str | None, typer.Option(help="Instead of an application: register-security-info, …")] = None,
    client: Annotated[str | None, typer.Option(help="browser, mobile-and-desktop, …")] = None,
    platform: Annotated[str | None, typer.Option(help="windows, ios, unknown, …")] = None,
    device: Annotated[str | None, typer.Option(help="compliant, joined, private, …")] = None,
    location: Annotated[str | None, typer.Option(help="A country such as SE, trusted (at work), or unknown.")] = None,
    risk: Annotated[str | None, typer.Option(help="Of the sign-in: none, low, medium, high.")] = None,
    user_risk: Annotated[str | None, typer.Option(help="Of the account: none, low, medium, high.")] = None,
    flow: Annotated[str | None, typer.Option(help="device-code or authentication-transfer.")] = None,
    method: Annotated[
        str | None, typer.Option(help="What the user can prove: password, authenticator (usual), fido2, …")
    ] = None,
    stack: console.StackOption = "lab",
    deployed: Annotated[
        bool, typer.Option("--deployed", help="Ask the tenant's policies, not the declared ones.")
    ] = False,
) -> None:
    """Say what Conditional Access answers to a sign-in: which policies apply and why, and why the others don't."""
    settings = StackSettings.read(stack)
    plan = IdentityPlan.of(settings.architecture())
    if plan is None:
        raise UserError(f"stack '{stack}': has no identity; right is a stack with `ggvv:identity`; choose another")
    asked = Asked(
        users=user,
        roles=role or (),
        application=app_,
        action=action,
        client=client,
        platform=platform,
        device=device,
        location=location,
        risk=risk,
        user_risk=user_risk,
        flow=flow,
        method=method,
    )
    question = asked.sign_in(plan.known)
    declared = Declared(plan, today=datetime.now(UTC).date(), stand_in=False)
    policies = _deployed(settings, declared) if deployed else declared.what_if(plan.effective)
    _show(policies.evaluate(question), plan)


@app.command("flow")
def flow(
    source: Annotated[str, typer.Argument(help="Who opens the connection: a host's name or an address.")],
    destination: Annotated[str, typer.Argument(help="To whom: a host's name or an address.")],
    port: Annotated[str, typer.Argument(metavar="PORT[/tcp|udp]", help="Such as 443 or 53/udp.")],
    stack: console.StackOption = "lab",
) -> None:
    """Say whether a connection passes the firewalls: its way, the rule with owner and reason, or what denies it."""
    architecture = StackSettings.read(stack).architecture()
    asked = connections(architecture, source, destination, port)
    proved = ProvedPolicy.of(architecture, datetime.now(UTC).date())
    for connection in asked:
        for line in explained(proved, connection):
            console.out.print(escape(line), soft_wrap=True)


def _deployed(settings: StackSettings, declared: Declared) -> WhatIf:
    connection = connect_tenant(settings, preview=False)
    if connection is None:
        raise UserError(f"stack '{settings.stack}': has no tenant; right is a stack with `ggvv:identity`")
    with Graph.open(connection) as graph:
        found = TenantReader(graph, declared.plan.platform).some(POLICY_PARTS)
    return Comparison(declared, found).deployed_verdicts


def _show(verdict: Verdict, plan: IdentityPlan) -> None:
    told = explain(verdict, plan.policies)
    console.out.print(f"[bold]{escape(told.answer)}[/bold]", soft_wrap=True)
    for title, lines in (
        ("asked for", told.needs),
        ("afterwards", told.session),
        ("policies that apply", told.hits),
        ("that would, were they enforced", told.report_only),
        ("that can't be evaluated", told.unknown),
        ("that don't apply", told.misses),
    ):
        _section(title, lines)


def _section(title: str, lines: Iterable[str]) -> None:
    for index, line in enumerate(lines):
        if index == 0:
            console.out.print(f"{title}:")
        console.out.print(f"  {escape(line)}", soft_wrap=True)
