"""What identity consists of, in numbers, for the table of what stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from identity.emergency import ACCOUNTS
from identity.plan import IdentityPlan
from identity.units import scoped_roles
from reference.identity_choices import Rollout
from reference.model import Model


class IdentitySummary(Model):
    """Numbers of declared objects; `eligible_roles` in the whole directory, `scoped_roles` in the units together."""

    groups: int
    dynamic_groups: int
    administrative_units: int
    emergency_accounts: int
    eligible_roles: int
    scoped_roles: int
    applications: int
    policies: Mapping[Rollout, int]


def summarise(plan: IdentityPlan) -> IdentitySummary:
    """What a stack's identity consists of."""
    groups, municipalities = plan.directory.groups, len(plan.municipalities)
    return IdentitySummary(
        groups=len(groups),
        dynamic_groups=sum(group.rule is not None for group in groups),
        administrative_units=municipalities,
        emergency_accounts=len(ACCOUNTS),
        eligible_roles=len(plan.privileged.eligible),
        scoped_roles=len(scoped_roles()) * municipalities,
        applications=len(plan.applications),
        policies=Counter(plan.rollout(policy) for policy in plan.policies),
    )
