"""Conditional Access as data (IDM-2, IDM-4): one YAML file per policy, checked, evaluated and deployed."""

from identity.conditional_access.loading import load_policies
from identity.conditional_access.names import KnownNames, ResolvedNames
from identity.conditional_access.policy import EffectivePolicy, Policy, Unsupported
from identity.conditional_access.rollout import fully_enforced, in_force

__all__ = [
    "EffectivePolicy",
    "KnownNames",
    "Policy",
    "ResolvedNames",
    "Unsupported",
    "fully_enforced",
    "in_force",
    "load_policies",
]
