"""What is the same for all directory objects: finding them by id, membership, owned ones, and deleted ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

from lab.tenant import roles
from lab.tenant.call import NO_CONTENT, Answer, Call
from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError, not_found
from lab.tenant.operations import CAST, Operation, Resource, collection, create, described
from lab.tenant.query import Query
from lab.tenant.representation import Representation
from lab.tenant.store import Record

MEMBERS = "members"


def operations(show: Representation, resources: dict[str, Resource], units: list[Resource]) -> Iterator[Operation]:
    """All of it; `resources` are those of users, groups, service principals and devices."""
    yield from _by_id(show)
    yield from _deleted(show)
    for kind, resource in resources.items():
        yield from _membership(show, resource)
        if kind in {"user", "servicePrincipal"}:
            yield from _navigation(show, resource, "ownedObjects", _owned)
    yield from _navigation(show, resources["group"], "transitiveMembers", _all_members)
    yield from (Operation("POST", f"{unit.path}/{{id}}/{MEMBERS}", _creating(show, unit)) for unit in units)


def parents(directory: Directory, record: Record) -> list[Record]:
    """The groups and units that an object is a member of, and the roles that it holds in the whole directory."""
    found = directory.referring(record, MEMBERS, ("group", "administrativeUnit"))
    for assignment in directory.having(roles.ASSIGNMENT, "principalId", record.id):
        if assignment.body["directoryScopeId"] == roles.WHOLE:
            role = roles.activate(directory, assignment.body["roleDefinitionId"])
            found += [role] if role else []
    return found


def _all_parents(directory: Directory, record: Record) -> list[Record]:
    return _closure(record, lambda each: parents(directory, each))


def _all_members(directory: Directory, record: Record) -> list[Record]:
    return _closure(record, lambda each: directory.related(each, MEMBERS) if each.kind == "group" else [])


def _owned(directory: Directory, record: Record) -> list[Record]:
    return directory.referring(record, "owners", ("group", "application", "servicePrincipal"))


def _closure(start: Record, step: Callable[[Record], list[Record]]) -> list[Record]:
    """Everything that is reached from an object, once, nearest first."""
    found: dict[str, Record] = {}
    waiting = [start]
    while waiting:
        for each in step(waiting.pop(0)):
            if each.id not in found and each.id != start.id:
                found[each.id] = each
                waiting.append(each)
    return list(found.values())


def _membership(show: Representation, resource: Resource) -> Iterator[Operation]:
    yield from _navigation(show, resource, "memberOf", parents)
    yield from _navigation(show, resource, "transitiveMemberOf", _all_parents)

    def groups(call: Call, *, secure: bool) -> list[str]:
        found = [each for each in _all_parents(call.directory, resource.resolve(call)) if each.kind == "group"]
        return [each.id for each in found if each.body["securityEnabled"] or not secure]

    def listed(call: Call) -> Answer:
        asked = call.parameters("getMemberGroups", "securityEnabledOnly")
        return Answer(body={"value": groups(call, secure=asked["securityEnabledOnly"])})

    def check(call: Call) -> Answer:
        asked = call.parameters("checkMemberGroups", "groupIds")["groupIds"]
        return Answer(body={"value": [key for key in groups(call, secure=False) if key in asked]})

    own = f"{resource.path}/{{id}}"
    yield Operation("POST", f"{own}/getMemberGroups", listed)
    yield Operation("POST", f"{own}/checkMemberGroups", check)


def _navigation(
    show: Representation, resource: Resource, name: str, found: Callable[[Directory, Record], list[Record]]
) -> Iterator[Operation]:
    show.navigations[resource.kind.name, name] = lambda call, record: found(call.directory, record)
    path = f"{resource.path}/{{id}}/{name}"
    yield from collection(path, lambda call: found(call.directory, resource.resolve(call)), show)


def _by_id(show: Representation) -> Iterator[Operation]:
    def one(call: Call) -> Answer:
        record = call.directory.get(call.directory.schema.directory_objects, call.keys["id"])
        return Answer(body=described(call, show, record, call.query))

    def by_ids(call: Call) -> Answer:
        kinds = call.directory.schema.directory_objects
        asked = call.parameters("getByIds", "ids")
        wanted = {name.lower() for name in asked.get("types") or kinds}
        found = (call.directory.find(kinds, key) for key in asked["ids"])
        records = [each for each in found if each and ({each.kind.lower(), "directoryobject"} & wanted)]
        return Answer(body={"value": [show.one(call, each, Query()) for each in records]})

    yield Operation("GET", "directoryObjects/{id}", one)
    yield Operation("POST", "directoryObjects/getByIds", by_ids)


def _deleted(show: Representation) -> Iterator[Operation]:
    path = "directory/deletedItems"

    def find(call: Call) -> Record:
        found = call.directory.deleted(call.keys["id"])
        if not found:
            raise not_found(call.keys["id"])
        return found[0]

    def read(call: Call) -> Answer:
        """One deleted object, or all of a type: both are one segment of the path."""
        if call.keys["id"].startswith(CAST):
            kind = call.keys["id"].removeprefix(CAST)
            return show.page(call, [each for each in call.directory.deleted() if each.kind == kind])
        return Answer(body=described(call, show, find(call), call.query))

    def remove(call: Call) -> Answer:
        record = find(call)
        show.of(record.kind).deleting(call, record)
        call.directory.remove(record)
        return NO_CONTENT

    def restore(call: Call) -> Answer:
        return Answer(body=described(call, show, call.directory.restore(find(call)), Query()))

    yield Operation("GET", f"{path}/{{id}}", read)
    yield Operation("DELETE", f"{path}/{{id}}", remove)
    yield Operation("POST", f"{path}/{{id}}/restore", restore)


def _creating(show: Representation, unit: Resource) -> Callable[[Call], Answer]:
    """Make a user or a group within a unit (Microsoft Graph: administrativeUnit, create members)."""

    def creating(call: Call) -> Answer:
        place = unit.resolve(call)
        kinds = {call.directory.kind(name).odata_type: call.directory.kind(name) for name in ("user", "group")}
        kind = kinds.get(str(call.body.get("@odata.type"))) if isinstance(call.body, dict) else None
        if kind is None:
            raise GraphError(f"The @odata.type of a new member is {' or '.join(kinds)}.")
        record = create(call, show, kind, None)
        call.directory.relate(place, MEMBERS, record)
        return Answer(HTTPStatus.CREATED, described(call, show, record, Query()))

    return creating
