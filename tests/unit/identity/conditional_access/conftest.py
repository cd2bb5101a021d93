"""The declared policies, evaluators over them, and ids that a tenant could have for the names in them."""

from collections.abc import Callable, Iterable, Mapping
from uuid import NAMESPACE_DNS, uuid5

import pytest

from identity.applications import POLICY_TARGETS
from identity.conditional_access import EffectivePolicy, KnownNames, Policy, ResolvedNames, Unsupported
from identity.conditional_access.evaluator import WhatIf
from identity.plan import IdentityPlan
from identity.roles import ROLES

Evaluator = Callable[[Iterable[EffectivePolicy | Unsupported]], WhatIf]


@pytest.fixture(scope="session")
def known(plan: IdentityPlan) -> KnownNames:
    return plan.known


@pytest.fixture(scope="session")
def policies(plan: IdentityPlan) -> Mapping[str, Policy]:
    """The declared policies by id."""
    return {policy.id: policy for policy in plan.policies}


@pytest.fixture(scope="session")
def evaluator(known: KnownNames) -> Evaluator:
    """Makes an evaluator of these policies, with the declared locations and strengths."""

    def make(policies: Iterable[EffectivePolicy | Unsupported]) -> WhatIf:
        return WhatIf(policies, locations=known.locations, strengths=known.strengths)

    return make


@pytest.fixture(scope="session")
def names(known: KnownNames) -> ResolvedNames:
    """An id for every name; a strength's is a path, as the provider gives it."""
    own = known.applications - set(POLICY_TARGETS)
    return ResolvedNames(
        groups={group.key: _id(group.key) for group in known.directory.groups},
        roles={key: str(role.template) for key, role in ROLES.items()},
        applications={**POLICY_TARGETS, **{key: _id(key) for key in own}},
        locations={key: _id(key) for key in known.locations},
        strengths={key: f"/policies/authenticationStrengthPolicies/{_id(key)}" for key in known.strengths},
    )


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_DNS, name))
