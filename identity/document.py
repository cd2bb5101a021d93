"""Identity as a JSON document: what `ggvv plan --format json` says of it."""

from __future__ import annotations

from typing import Any

from identity.plan import IdentityPlan
from identity.units import scoped_roles


def identity_document(plan: IdentityPlan) -> dict[str, Any]:
    """What a stack declares for its tenant, readable without the code; policies as the stack has them rolled out."""
    return {
        "choices": plan.choices.model_dump(mode="json"),
        "groups": [group.model_dump(mode="json") for group in plan.directory.groups],
        "scoped_roles": [role.model_dump(mode="json") for role in scoped_roles()],
        "privileged": plan.privileged.model_dump(mode="json"),
        "applications": [application.model_dump(mode="json") for application in plan.applications],
        "policies": [{**policy.model_dump(mode="json"), "rollout": plan.rollout(policy)} for policy in plan.policies],
    }
