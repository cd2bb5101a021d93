"""Who owns what identity deployed: an owner gives itself what the thing gives (IDM-2, IDM-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identity.checks.check import Finding, check
from identity.checks.declared import Comparison
from identity.checks.deployed import Json

REMEDY = "run: ggvv deploy; take an owner of what nobody declared off in the tenant"

APPLICATION = "#microsoft.graph.servicePrincipal"


@check(
    "IDM-CHK-22", "No group that can hold roles has an owner but the application that deploys", "IDM-2", remedy=REMEDY
)
def groups_are_owned_by_the_deployer(comparison: Comparison) -> Iterator[Finding]:
    """An owner adds members, and so itself, to the roles (Microsoft Entra: Use groups to manage role assignments)."""
    deployers = _ids(_deployers(comparison))
    for group in comparison.deployed.all("groups"):
        if group.get("isAssignableToRole"):
            for owner in comparison.deployed.of("owners", str(group["id"])):
                if owner["id"] not in deployers:
                    yield Finding(f"{group['displayName']} owner", "the application that deploys", _name(owner))


@check("IDM-CHK-53", "Every shared service is owned by the one application that deploys", "IDM-3", remedy=REMEDY)
def applications_are_owned_by_the_deployer(comparison: Comparison) -> Iterator[Finding]:
    """An owner adds a credential and signs in as the service (Microsoft Entra: Application ownership)."""
    deployers = _deployers(comparison)
    if len(deployers) != 1:
        names = ", ".join(map(_name, deployers)) or "none"
        yield Finding("shared services", "one application that owns them all", names)
    for name, owners in _owners(comparison).items():
        for owner in owners:
            if owner["id"] not in _ids(deployers):
                yield Finding(f"{name} owner", "the application that deploys", _name(owner))


def _deployers(comparison: Comparison) -> Sequence[Json]:
    """The applications that own every shared service: the one that deploys, which may not be the one that asks."""
    first, *others = _owners(comparison).values() or ((),)
    shared = [each for each in first if each.get("@odata.type") == APPLICATION]
    return [each for each in shared if all(each["id"] in _ids(owners) for owners in others)]


def _owners(comparison: Comparison) -> dict[str, Sequence[Json]]:
    """The owners of each shared service that is there, by its name."""
    there = comparison.deployed.named("service-principals")
    names = (f"{comparison.declared.plan.platform}-{each.key}" for each in comparison.declared.plan.applications)
    return {
        name: comparison.deployed.of("application-owners", str(there[name]["id"])) for name in names if name in there
    }


def _ids(several: Sequence[Json]) -> set[str]:
    return {str(each["id"]) for each in several}


def _name(owner: Json) -> str:
    return str(owner.get("userPrincipalName") or owner.get("displayName") or owner["id"])


CHECKS = (groups_are_owned_by_the_deployer, applications_are_owned_by_the_deployer)
