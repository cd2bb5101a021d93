"""Asks the tenant before the engine starts, so that what is wrong there is said in one sentence."""

from __future__ import annotations

import os

from identity.graph_permissions import permissions_for
from operations import project
from operations.errors import UserError
from operations.graph import Graph
from operations.tenant_connection import TenantConnection
from reference import endpoint
from reference.identity_choices import IdentityChoices


def check_tenant(stack: str, choices: IdentityChoices, connection: TenantConnection) -> None:
    """Sign in, and refuse a run that would go to the wrong tenant or stop half-way for a missing permission.

    Does nothing without a way to sign in at hand (the client secret is encrypted in the stack file).

    Raises:
        UserError: not reachable, sign-in refused, another tenant, or a permission is missing.
    """
    if not connection.client_secret and not endpoint.without_secret(os.environ):
        return
    with Graph.open(connection) as graph:
        if project.in_lab(stack) or not connection.stand_in:
            _refuse_another_tenant(stack, choices, connection, graph)
        _refuse_missing_permissions(connection, graph)


def _refuse_another_tenant(stack: str, choices: IdentityChoices, connection: TenantConnection, graph: Graph) -> None:
    domains = sorted(domain["id"] for domain in graph.list("/v1.0/domains") if domain.get("isVerified"))
    if choices.domain not in domains:
        raise UserError(
            f"stack '{stack}': tenant {connection.tenant_id} has the domains {', '.join(domains)}; right is the tenant "
            f"of {choices.domain} (`ggvv:identity.domain`); correct {endpoint.TENANT.variable} or the stack file"
        )


def _refuse_missing_permissions(connection: TenantConnection, graph: Graph) -> None:
    needed = frozenset(permissions_for("deploy"))
    missing = sorted(needed - graph.permissions) if graph.permissions is not None else []
    if missing:
        raise UserError(
            f"tenant {connection.tenant_id}: application {connection.client_id} lacks the Graph permissions "
            f"{', '.join(missing)}; grant them with administrator consent (docs/identity.md)"
        )
