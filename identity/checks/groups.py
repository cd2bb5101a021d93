"""The directory's groups as deployed (IDM-1, GOV-3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from identity.checks.check import Finding, check
from identity.checks.declared import Comparison
from identity.checks.deployed import Json
from reference.directory import Group

DEPLOY = "run: ggvv deploy"


@check("IDM-CHK-20", "Every declared group is there, with its rule", "IDM-1", "GOV-3", remedy=DEPLOY)
def groups_are_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """Who belongs to a dynamic group follows from its rule, and from nothing else."""
    there = comparison.deployed.named("groups")
    for group in comparison.declared.plan.directory.groups:
        found = there.get(group.name)
        if found is None:
            yield Finding(group.key, f"the group {group.name}", "nothing")
            continue
        seen, expected = _group(found), _declared(group)
        for name, right in expected.items():
            if seen[name] != right:
                yield Finding(f"{group.key} {name}", right, seen[name])


@check(
    "IDM-CHK-21",
    "No group is there that nobody declared",
    "GOV-3",
    remedy="declare it in reference/directory.yaml, or delete it in the tenant",
)
def none_is_unmanaged(comparison: Comparison) -> Iterator[Finding]:
    """A group with our name that is not ours is taken for one of ours."""
    ours = {group.name for group in comparison.declared.plan.directory.groups}
    seen: set[str] = set()
    for group in comparison.deployed.all("groups"):
        name = str(group.get("displayName"))
        if name.startswith(f"{comparison.declared.plan.platform}-") and (name not in ours or name in seen):
            yield Finding(name, "one declared group" if name in ours else "nothing", f"group {group['id']}")
        seen.add(name)


def _declared(group: Group) -> Mapping[str, str]:
    return {
        "rule": group.rule or "none",
        "rule processing": "On" if group.rule else "none",
        "role-assignable": "yes" if group.role_assignable else "no",
        "security": "yes",
    }


def _group(found: Json) -> Mapping[str, str]:
    dynamic = "DynamicMembership" in (found.get("groupTypes") or ())
    return {
        "rule": str(found.get("membershipRule")) if dynamic else "none",
        "rule processing": str(found.get("membershipRuleProcessingState")) if dynamic else "none",
        "role-assignable": "yes" if found.get("isAssignableToRole") else "no",
        "security": "yes" if found.get("securityEnabled") else "no",
    }


CHECKS = (groups_are_as_declared, none_is_unmanaged)
