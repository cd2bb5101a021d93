"""The emergency accounts as deployed: there, usable, and nobody else beside them (IDM-2)."""

from __future__ import annotations

from collections.abc import Iterator

from identity.checks.check import Finding, check
from identity.checks.declared import Comparison
from identity.conditional_access.names import EMERGENCY_GROUP
from identity.emergency import ROLE
from identity.roles import template_id

DEPLOY = "run: ggvv deploy"


@check("IDM-CHK-30", "Both emergency accounts are there, enabled and cloud-only", "IDM-2", remedy=DEPLOY)
def accounts_are_usable(comparison: Comparison) -> Iterator[Finding]:
    """The way in when nothing else works, so it must depend on nothing else."""
    there = {str(each["userPrincipalName"]).lower(): each for each in comparison.deployed.all("accounts")}
    for name in comparison.declared.accounts:
        found = there.get(name)
        if found is None:
            yield Finding(name, "an account", "nothing")
            continue
        if not found.get("accountEnabled"):
            yield Finding(f"{name} state", "enabled", "disabled")
        if found.get("onPremisesSyncEnabled"):
            yield Finding(f"{name} origin", "cloud-only", "synchronised from the AD")
        if found.get("userType", "Member") != "Member":
            yield Finding(f"{name} type", "Member", str(found["userType"]))


@check(
    "IDM-CHK-31",
    "The emergency accounts, and nobody else, are in the group that every policy excludes",
    "IDM-2",
    remedy="take the member out at once and look into who put it there; where an account lacks, " + DEPLOY,
)
def group_holds_only_them(comparison: Comparison) -> Iterator[Finding]:
    """No policy binds a member of this group."""
    group = comparison.names.groups.get(EMERGENCY_GROUP)
    if group is None:
        yield Finding(EMERGENCY_GROUP, "the group", "nothing")
        return
    names = {
        str(each["id"]): str(each.get("userPrincipalName") or each.get("displayName") or each["id"]).lower()
        for each in comparison.deployed.of("members", str(group))
    }
    for name in comparison.declared.accounts:
        if name not in names.values():
            yield Finding(name, "a member", "no member")
    for name in sorted(set(names.values()) - set(comparison.declared.accounts)):
        yield Finding(name, "no member", "a member")


@check(
    "IDM-CHK-32",
    "Both emergency accounts are Global Administrators for good",
    "IDM-2",
    remedy=DEPLOY,
)
def accounts_hold_the_role(comparison: Comparison) -> Iterator[Finding]:
    """They can't wait for an approval."""
    holders = {
        comparison.who(str(each["principalId"])).lower()
        for each in comparison.deployed.all("role-assignments")
        if each["roleDefinitionId"] == template_id(ROLE) and each.get("directoryScopeId") == "/"
    }
    for name in comparison.declared.accounts:
        if name not in holders:
            yield Finding(name, ROLE, "does not hold it")


CHECKS = (accounts_are_usable, group_holds_only_them, accounts_hold_the_role)
