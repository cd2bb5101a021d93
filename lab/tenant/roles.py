"""Directory roles: templates, definitions, and assignments in the whole directory or in one administrative unit.

A role held for good is one `unifiedRoleAssignment`, whichever way it was given; members of a directory role and
scoped members of a unit are views of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from lab.tenant.call import NO_CONTENT, Answer, Call, reference
from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError, not_found
from lab.tenant.keys import named
from lab.tenant.operations import Operation, Resource, collection, described
from lab.tenant.query import Query
from lab.tenant.representation import Representation
from lab.tenant.rules import Rules
from lab.tenant.store import Record

ASSIGNMENT = "unifiedRoleAssignment"
DEFINITION = "unifiedRoleDefinition"
PRINCIPALS = ("user", "group", "servicePrincipal")
UNIT = "administrativeUnit"
WHOLE = "/"
"""The scope of a role that is held in the whole directory."""

UNITS = "/administrativeUnits/"

_CONFLICT = "A conflicting object with one or more of the specified property values is present in the directory."


class DefinitionRules(Rules):
    """Built-in roles are Microsoft's; custom ones can be changed, and deleted when nobody has them."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """A name is taken once; actions are named as Microsoft names them."""
        if call.directory.having(DEFINITION, "displayName", body["displayName"]):
            raise GraphError(_CONFLICT)
        _check_actions(body)

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:  # noqa: ARG002
        """Built-in roles stay as they are."""
        _check_custom(record)
        _check_actions(changes)

    def deleting(self, call: Call, record: Record) -> None:
        """Built-in roles stay, and so does what is assigned."""
        _check_custom(record)
        if call.directory.having(ASSIGNMENT, "roleDefinitionId", record.id):
            raise GraphError("The role can't be deleted while it is assigned.")

    def show(self, call: Call, record: Record, body: dict[str, Any]) -> None:  # noqa: ARG002
        """A role without a template is its own."""
        body["templateId"] = body.get("templateId") or record.id


class AssignmentRules(Rules):
    """Who holds which role where."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Check what the assignment refers to."""
        check_assignment(call.directory, body)

    def created(self, call: Call, record: Record) -> None:
        """A role that is assigned is active in the tenant."""
        activate(call.directory, record.body["roleDefinitionId"])


class DirectoryRoleRules(Rules):
    """Roles become visible in a tenant when they are activated."""

    def find(self, call: Call, key: str) -> str:
        """A role by id or, as roleTemplateId=…, by its template."""
        match named(key):
            case ("roleTemplateId", value):
                found = call.directory.having("directoryRole", "roleTemplateId", value)
                return found[0].id if found else value
        return key

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Activate a role of a template, once."""
        template = call.directory.get("directoryRoleTemplate", body["roleTemplateId"])
        if call.directory.having("directoryRole", "roleTemplateId", template.id):
            raise GraphError(_CONFLICT)
        body |= {"displayName": template.body["displayName"], "description": template.body["description"]}


def check_assignment(directory: Directory, body: dict[str, Any]) -> None:
    """Check role, principal and scope of an assignment, and that there is none like it.

    Raises:
        GraphError: one of them does not exist or does not fit, or the assignment exists.
    """
    role = directory.get(DEFINITION, body["roleDefinitionId"])
    principal = directory.get(PRINCIPALS, body["principalId"])
    check_holder(principal)
    check_scope(directory, role, body["directoryScopeId"])
    if held(directory, principal.id, role.id, body["directoryScopeId"]) is not None:
        raise GraphError(_CONFLICT)


def check_holder(principal: Record) -> None:
    """Refuse a group that can't hold roles.

    Raises:
        GraphError: it was not made to be assigned to roles.
    """
    if principal.kind == "group" and not principal.body["isAssignableToRole"]:
        raise GraphError(
            f"The group '{principal.id}' is not eligible for role assignments: isAssignableToRole is false."
        )


def check_scope(directory: Directory, role: Record, scope: str) -> None:
    """Check where a role is to be held: everywhere, in one unit, or over one application.

    Raises:
        GraphError: no such place, or not for this role.
    """
    if scope == WHOLE:
        return
    if scope.startswith(UNITS):
        directory.get(UNIT, scope.removeprefix(UNITS))
        if role.body["isBuiltIn"] and not role.body.get("scopedToUnits"):
            raise GraphError(f"The role '{role.body['displayName']}' can't be assigned in an administrative unit.")
        return
    directory.get(("application", "servicePrincipal", "group"), scope.strip("/"))


def held(directory: Directory, principal: str, role: str, scope: str) -> Record | None:
    """The assignment of a role to a principal in a scope."""
    wanted = {"principalId": principal, "roleDefinitionId": role, "directoryScopeId": scope}
    found = directory.having(ASSIGNMENT, "principalId", principal)
    return next((each for each in found if wanted.items() <= each.body.items()), None)


def assign(directory: Directory, principal: str, role: str, scope: str, key: str | None = None) -> Record:
    """Give a role for good.

    Raises:
        GraphError: as `check_assignment`.
    """
    body = {"principalId": principal, "roleDefinitionId": role, "directoryScopeId": scope}
    check_assignment(directory, body)
    activate(directory, role)
    return directory.add(ASSIGNMENT, body, key=key)


def activate(directory: Directory, role: str) -> Record | None:
    """The directory role of a built-in role, activated if it wasn't; None for a custom one."""
    template = directory.find("directoryRoleTemplate", role)
    if template is None:
        return None
    found = directory.having("directoryRole", "roleTemplateId", role)
    if found:
        return found[0]
    names = {name: template.body[name] for name in ("displayName", "description")}
    return directory.add("directoryRole", {"roleTemplateId": role, **names})


def operations(show: Representation, units: list[Resource], roles: Resource) -> Iterator[Operation]:
    """Members of directory roles, and who holds a role in an administrative unit."""
    yield from _members(show, roles)
    for unit in units:
        yield from _scoped_members(show, unit)
    yield Operation("GET", f"{roles.path}/{{id}}/scopedMembers", lambda call: show.page(call, [
        _membership(call.directory, each) for each in _assignments(call.directory, roles.resolve(call))
        if each.body["directoryScopeId"].startswith(UNITS)
    ]))  # fmt: skip


def _members(show: Representation, roles: Resource) -> Iterator[Operation]:
    path = f"{roles.path}/{{id}}/members"

    def members(call: Call) -> list[Record]:
        found = _assignments(call.directory, roles.resolve(call))
        holders = (call.directory.find(PRINCIPALS, each.body["principalId"]) for each in found
                   if each.body["directoryScopeId"] == WHOLE)  # fmt: skip
        return [holder for holder in holders if holder is not None]

    def add(call: Call) -> Answer:
        template = roles.resolve(call).body["roleTemplateId"]
        principal = call.directory.get(PRINCIPALS, reference(call))
        if held(call.directory, principal.id, template, WHOLE) is not None:
            raise GraphError("One or more added object references already exist for the following modified properties: "
                             "'members'.")  # fmt: skip
        assign(call.directory, principal.id, template, WHOLE)
        return NO_CONTENT

    def remove(call: Call) -> Answer:
        template = roles.resolve(call).body["roleTemplateId"]
        found = held(call.directory, call.keys["target"], template, WHOLE)
        if found is None:
            raise not_found(call.keys["target"])
        call.directory.remove(found)
        return NO_CONTENT

    yield from collection(path, members, show)
    yield Operation("POST", f"{path}/$ref", add)
    yield Operation("DELETE", f"{path}/{{target}}/$ref", remove)


def _scoped_members(show: Representation, unit: Resource) -> Iterator[Operation]:
    path = f"{unit.path}/{{id}}/scopedRoleMembers"

    def memberships(call: Call) -> list[Record]:
        scope = UNITS + unit.resolve(call).id
        found = [each for each in call.directory.all(ASSIGNMENT) if each.body["directoryScopeId"] == scope]
        return [_membership(call.directory, each) for each in found if activate(call.directory, _role(each))]

    def one(call: Call) -> Record:
        found = next((each for each in memberships(call) if each.id == call.keys["child"]), None)
        if found is None:
            raise not_found(call.keys["child"])
        return found

    def add(call: Call) -> Answer:
        place = unit.resolve(call)
        body = call.directory.new_body(call.directory.kind("scopedRoleMembership"), call.body)
        role = call.directory.get("directoryRole", body["roleId"]).body["roleTemplateId"]
        made = assign(call.directory, (body["roleMemberInfo"] or {}).get("id") or "", role, UNITS + place.id)
        shown = described(call, show, _membership(call.directory, made), Query())
        return Answer(HTTPStatus.CREATED, shown)

    def remove(call: Call) -> Answer:
        call.directory.remove(call.directory.get(ASSIGNMENT, one(call).id))
        return NO_CONTENT

    yield Operation("GET", path, lambda call: show.page(call, memberships(call)))
    yield Operation("GET", f"{path}/{{child}}", lambda call: Answer(body=described(call, show, one(call), call.query)))
    yield Operation("POST", path, add)
    yield Operation("DELETE", f"{path}/{{child}}", remove)


def _membership(directory: Directory, assignment: Record) -> Record:
    """An assignment in a unit as Graph's older interface tells it."""
    unit = assignment.body["directoryScopeId"].removeprefix(UNITS)
    role = activate(directory, _role(assignment))
    holder = directory.find(PRINCIPALS, assignment.body["principalId"])
    member = {"id": assignment.body["principalId"], "displayName": holder.body["displayName"] if holder else None}
    body = {"administrativeUnitId": unit, "roleId": role.id if role else None, "roleMemberInfo": member}
    return Record("scopedRoleMembership", assignment.id, unit, body, assignment.visible, None)


def _role(assignment: Record) -> str:
    return str(assignment.body["roleDefinitionId"])


def _assignments(directory: Directory, role: Record) -> list[Record]:
    template = role.body["roleTemplateId"]
    return [each for each in directory.all(ASSIGNMENT) if each.body["roleDefinitionId"] == template]


def _check_custom(record: Record) -> None:
    if record.body["isBuiltIn"]:
        raise GraphError("A built-in role can't be changed or deleted.", "Request_BadRequest", HTTPStatus.BAD_REQUEST)


def _check_actions(body: dict[str, Any]) -> None:
    for permission in body.get("rolePermissions") or []:
        for action in permission.get("allowedResourceActions") or []:
            if not action.startswith("microsoft."):
                raise GraphError(f"Action '{action}' is not supported for a custom role.")
