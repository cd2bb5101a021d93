"""Who has which role in an application: users, groups and other applications."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from lab.tenant.call import NO_CONTENT, Answer, Call
from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError, not_found
from lab.tenant.operations import Operation, Resource, described
from lab.tenant.query import Query
from lab.tenant.representation import Representation
from lab.tenant.store import Record

ASSIGNMENT = "appRoleAssignment"

NO_ROLE = "00000000-0000-0000-0000-000000000000"
"""The role of an application that has none of its own (Microsoft Graph: appRoleAssignment)."""

TYPES = {"user": "User", "group": "Group", "servicePrincipal": "ServicePrincipal"}


def operations(show: Representation, principals: list[Resource], resource: Resource) -> Iterator[Operation]:
    """Assignments from either side: those of an application, and those that a principal has."""
    yield from _side(show, resource, "appRoleAssignedTo", "resourceId")
    for principal in principals:
        yield from _side(show, principal, "appRoleAssignments", "principalId")


def _side(show: Representation, owner: Resource, name: str, own: str) -> Iterator[Operation]:
    path = f"{owner.path}/{{id}}/{name}"

    def assignments(call: Call, record: Record) -> list[Record]:
        return [each for each in call.directory.having(ASSIGNMENT, own, record.id) if _holds(call.directory, each)]

    def one(call: Call) -> Record:
        found = (each for each in assignments(call, owner.resolve(call)) if each.id == call.keys["child"])
        record = next(found, None)
        if record is None:
            raise not_found(call.keys["child"])
        return record

    def create(call: Call) -> Answer:
        record = owner.resolve(call)
        body = call.directory.new_body(call.directory.kind(ASSIGNMENT), call.body)
        if body[own] != record.id:
            raise GraphError(f"The {own} in the body is not that of the path.")
        made = assign(call.directory, show, call, body)
        return Answer(HTTPStatus.CREATED, described(call, show, made, Query()))

    def remove(call: Call) -> Answer:
        call.directory.remove(one(call))
        return NO_CONTENT

    show.navigations[owner.kind.name, name] = assignments
    yield Operation("GET", path, lambda call: show.page(call, assignments(call, owner.resolve(call))))
    yield Operation("POST", path, create)
    yield Operation("GET", f"{path}/{{child}}", lambda call: Answer(body=described(call, show, one(call), call.query)))
    yield Operation("DELETE", f"{path}/{{child}}", remove)


def assign(directory: Directory, show: Representation, call: Call, body: dict[str, str]) -> Record:
    """Give a principal a role in an application.

    Raises:
        GraphError: principal, application or role don't exist, the role isn't for such a principal, or it has it.
    """
    principal = directory.get(tuple(TYPES), body["principalId"])
    resource = directory.get("servicePrincipal", body["resourceId"])
    _check_role(show.one(call, resource, Query()), body["appRoleId"], principal)
    for other in directory.having(ASSIGNMENT, "principalId", principal.id):
        if other.body["resourceId"] == resource.id and other.body["appRoleId"] == body["appRoleId"]:
            raise GraphError("Permission being assigned already exists on the object")
    return directory.add(ASSIGNMENT, {
        **body, "principalType": TYPES[principal.kind],
        "principalDisplayName": show.one(call, principal, Query()).get("displayName"),
        "resourceDisplayName": show.one(call, resource, Query()).get("displayName"),
    })  # fmt: skip


def _check_role(resource: dict[str, object], role_id: str, principal: Record) -> None:
    roles = resource.get("appRoles")
    available = roles if isinstance(roles, list) else []
    if role_id == NO_ROLE:
        return
    role = next((each for each in available if each["id"] == role_id), None)
    if role is None:
        raise GraphError(f"Permission being assigned was not found on application '{resource['id']}'.")
    wanted = "Application" if principal.kind == "servicePrincipal" else "User"
    if not role.get("isEnabled") or wanted not in role["allowedMemberTypes"]:
        raise GraphError(f"The role '{role_id}' is disabled or not for a {principal.kind}.")


def _holds(directory: Directory, assignment: Record) -> bool:
    """An assignment holds while both of its sides are there."""
    sides = (directory.find(tuple(TYPES), assignment.body[name]) for name in ("principalId", "resourceId"))
    return directory.visible(assignment) and all(side is not None for side in sides)
