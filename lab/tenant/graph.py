"""All operations of Graph that this directory answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus

from lab.tenant import (
    activation,
    app_roles,
    applications,
    certificates,
    conditional_access,
    eligibility,
    groups,
    objects,
    policies,
    provisioning,
    roles,
    schema,
    users,
)
from lab.tenant.call import Answer, Call
from lab.tenant.errors import GraphError
from lab.tenant.operations import Operation, Resource
from lab.tenant.representation import Navigation, Representation
from lab.tenant.rules import Rules

RULES: dict[str, Rules] = {
    "application": applications.ApplicationRules(),
    "authenticationStrengthPolicy": policies.StrengthRules(),
    "conditionalAccessPolicy": conditional_access.PolicyRules(),
    "directoryRole": roles.DirectoryRoleRules(),
    "extensionProperty": applications.ContainedRules(),
    "federatedIdentityCredential": applications.ContainedRules(),
    "group": groups.GroupRules(),
    "namedLocation": policies.LocationRules(),
    "oAuth2PermissionGrant": provisioning.GrantRules(),
    "servicePrincipal": applications.PrincipalRules(),
    "synchronizationJob": applications.ContainedRules(),
    "unifiedRoleAssignment": roles.AssignmentRules(),
    "unifiedRoleDefinition": roles.DefinitionRules(),
    "user": users.UserRules(),
    **{scheduling.request: scheduling for scheduling in eligibility.SCHEDULINGS},
}


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, the special before the general: the first that fits a request answers it."""
    show = Representation()
    show.rules |= RULES
    return (*_special(show), *_generic(show))


def _special(show: Representation) -> Iterator[Operation]:
    """What a subject has of its own."""

    def at(kind: str) -> list[Resource]:
        found = schema.load().kinds[kind]
        return [Resource(found, path, show) for path in found.paths]

    [user], [group], [principal], [application] = (
        at(kind) for kind in ("user", "group", "servicePrincipal", "application")
    )
    holders = {"user": user, "group": group, "servicePrincipal": principal, "device": at("device")[0]}
    yield Operation("POST", "identity/conditionalAccess/evaluate", _not_here)
    yield from users.operations(show)
    yield from roles.operations(show, at("administrativeUnit"), at("directoryRole")[0])
    yield from objects.operations(show, holders, at("administrativeUnit"))
    yield from activation.operations(show)
    yield from eligibility.operations(show)
    yield from policies.operations(at("authenticationStrengthPolicy"))
    yield from applications.operations([application, principal])
    yield from certificates.operations(principal)
    yield from app_roles.operations(show, [user, group, principal], principal)
    yield from provisioning.operations(show, principal, application)


def _generic(show: Representation) -> Iterator[Operation]:
    """What follows from the schema alone."""
    kinds = schema.load().kinds
    for kind in kinds.values():
        for path in kind.paths:
            for name, child in kind.contained.items():
                yield from Resource(kinds[child], f"{path}/{{id}}/{name}", show, kind).operations()
            yield from Resource(kind, path, show).operations()
        for name in kind.relations:
            show.navigations[kind.name, name] = _related(name)


def _related(name: str) -> Navigation:
    return lambda call, record: call.directory.related(record, name)


def _not_here(call: Call) -> Answer:
    segment = call.url.rpartition("/")[2]
    raise GraphError(f"This stand-in does not answer '{segment}'.", "NotImplemented", HTTPStatus.NOT_IMPLEMENTED)
