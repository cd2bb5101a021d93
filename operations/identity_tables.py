"""Identity as tables: what of it stands, and how far each Conditional Access policy is rolled out."""

from __future__ import annotations

from rich.table import Table

from identity.plan import IdentityPlan
from identity.summary import summarise
from reference.architecture import Architecture


def identity_tables(architecture: Architecture) -> list[Table]:
    """Both tables; none where the stack deploys no identity."""
    plan = IdentityPlan.of(architecture)
    if plan is None:
        return []
    return [_numbers(plan), _policies(plan)]


def standing_identity(architecture: Architecture) -> list[Table]:
    """What of identity stands after a deploy, in one table; none where the stack deploys none."""
    return identity_tables(architecture)[:1]


def _numbers(plan: IdentityPlan) -> Table:
    summary = summarise(plan)
    table = Table(title=f"Identity ({plan.choices.domain})", title_justify="left")
    for column in ("what", "how many", "of which"):
        table.add_column(column, justify="right" if column == "how many" else "left")
    states = ", ".join(f"{count} {state}" for state, count in sorted(summary.policies.items()))
    table.add_row("groups", str(summary.groups), f"{summary.dynamic_groups} dynamic")
    table.add_row("administrative units", str(summary.administrative_units), f"{summary.scoped_roles} scoped roles")
    table.add_row("roles by eligibility", str(summary.eligible_roles), "none standing")
    table.add_row("emergency accounts", str(summary.emergency_accounts), "")
    table.add_row("applications", str(summary.applications), "")
    table.add_row("Conditional Access policies", str(sum(summary.policies.values())), states)
    return table


def _policies(plan: IdentityPlan) -> Table:
    table = Table(title="Conditional Access policies", title_justify="left")
    for column in ("id", "name", "requirements", "wave", "rollout"):
        table.add_column(column, overflow="fold")
    for policy in plan.policies:
        table.add_row(policy.id, policy.name, ", ".join(policy.requirements), policy.wave, plan.rollout(policy))
    return table
