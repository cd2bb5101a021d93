"""PIM's requests and what follows from them: eligibility for roles and groups, and assignments for a time."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lab.tenant import roles
from lab.tenant.activation import DIRECTORY_ROLE, GROUP, policy_of, rules_of
from lab.tenant.call import NO_CONTENT, Answer, Call
from lab.tenant.directory import Directory
from lab.tenant.durations import parse_duration
from lab.tenant.errors import GraphError, not_found
from lab.tenant.operations import Operation
from lab.tenant.representation import Representation
from lab.tenant.rules import Rules
from lab.tenant.store import Record

REMOVE = frozenset({"adminRemove", "selfDeactivate"})
CHANGE = frozenset({"adminUpdate", "adminExtend", "adminRenew", "selfExtend", "selfRenew"})

_FIXED = ("appScopeId", "directoryScopeId", "roleDefinitionId", "principalId", "accessId", "groupId")


@dataclass(frozen=True)
class Scheduling(Rules):
    """The rules of one kind of request. `active`: it assigns at once, rather than make eligible."""

    request: str
    schedule: str
    active: bool

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Carry the request out."""
        directory, key = call.directory, str(uuid.uuid4())
        _check_references(directory, body)
        body |= {"id": key, "createdBy": {"application": {"id": call.caller.app_id}, "user": {"id": None}}}
        existing = self.existing(directory, body)
        if body["action"] in REMOVE:
            self._remove(directory, existing, body)
            body |= {"status": "Revoked", "targetScheduleId": self._schedule_id(body, key)}
            return
        body["scheduleInfo"] = _times(directory, body.get("scheduleInfo"))
        _check_policy(directory, body, active=self.active)
        body |= {"status": "Provisioned", "completedDateTime": directory.timestamp()}
        if body["action"] in CHANGE:
            body["targetScheduleId"] = self._change(directory, existing, body).id
        else:
            body["targetScheduleId"] = self._add(directory, existing, body, self._schedule_id(body, key)).id

    def existing(self, directory: Directory, body: dict[str, Any]) -> Record | None:
        """The schedule for the same principal and the same thing, while it holds."""
        wanted = {name: body[name] for name in _FIXED if body.get(name) is not None}
        found = directory.having(self.schedule, "principalId", body["principalId"])
        return next((each for each in found if wanted.items() <= each.body.items() and holds(directory, each)), None)

    def _schedule_id(self, body: dict[str, Any], key: str) -> str:
        """A schedule is named after the request that made it."""
        return f"{body['groupId']}_{body['accessId']}_{key}" if "groupId" in body else key

    def _add(self, directory: Directory, existing: Record | None, body: dict[str, Any], key: str) -> Record:
        if existing is not None:
            raise GraphError("The Role assignment already exists.", "RoleAssignmentExists")
        fixed = {name: body[name] for name in _FIXED if body.get(name) is not None}
        kind = {"memberType": "Direct", "createdUsing": key, "assignmentType": "Assigned"}
        times = {"createdDateTime": directory.timestamp(), "modifiedDateTime": None, "status": "Provisioned"}
        if self.active:
            _activate(directory, body, key)
        return directory.add(self.schedule, {**fixed, **kind, **times, **_span(body["scheduleInfo"])}, key=key)

    def _change(self, directory: Directory, existing: Record | None, body: dict[str, Any]) -> Record:
        if existing is None:
            raise _absent()
        return directory.change(existing, {**_span(body["scheduleInfo"]), "modifiedDateTime": directory.timestamp()})

    def _remove(self, directory: Directory, existing: Record | None, body: dict[str, Any]) -> None:
        """End a schedule; the requests that led to it are gone with it."""
        if existing is None:
            raise _absent()
        for request in directory.having(self.request, "targetScheduleId", existing.id):
            directory.remove(request)
        directory.remove(existing)
        if self.active:
            _deactivate(directory, body, existing.id)


SCHEDULINGS = tuple(
    Scheduling(f"{prefix}{what}ScheduleRequest", f"{prefix}{what}Schedule", active=what == "Assignment")
    for prefix in ("unifiedRole", "privilegedAccessGroup")
    for what in ("Eligibility", "Assignment")
)


def holds(directory: Directory, schedule: Record) -> bool:
    """Whether a schedule has not ended."""
    end = schedule.body.get("endDateTime")
    return end is None or datetime.datetime.fromisoformat(end).timestamp() > directory.now


def operations(show: Representation) -> Iterator[Operation]:
    """Reading schedules and their instances, and withdrawing a request."""
    for scheduling in SCHEDULINGS:
        path = _path(scheduling)
        yield from _reading(f"{path}Schedules", scheduling, show, scheduling.schedule)
        yield from _reading(f"{path}ScheduleInstances", scheduling, show, f"{scheduling.schedule}Instance")
        yield Operation("POST", f"{path}ScheduleRequests/{{id}}/cancel", _cancel)


def _reading(path: str, scheduling: Scheduling, show: Representation, kind: str) -> Iterator[Operation]:
    def records(call: Call) -> list[Record]:
        found = [each for each in call.directory.all(scheduling.schedule) if holds(call.directory, each)]
        if scheduling.schedule == "unifiedRoleAssignmentSchedule":
            known = {each.id for each in found}
            standing = (each for each in call.directory.all(roles.ASSIGNMENT) if each.id not in known)
            found += [_standing(each) for each in standing]
        return found if kind == scheduling.schedule else [_instance(each, kind) for each in found]

    def one(call: Call) -> Answer:
        found = next((each for each in records(call) if each.id == call.keys["id"]), None)
        if found is None:
            raise not_found(call.keys["id"])
        return Answer(body=show.one(call, found, call.query))

    yield Operation("GET", f"{path}/{{id}}", one)
    yield Operation("GET", path, lambda call: show.page(call, records(call)))


def _standing(assignment: Record) -> Record:
    """A role that is held without a schedule: for good."""
    fixed = {name: assignment.body[name] for name in _FIXED if name in assignment.body}
    kind = {"memberType": "Direct", "assignmentType": "Assigned", "status": "Provisioned", "createdUsing": None}
    span = _span({"startDateTime": None, "expiration": {"type": "noExpiration"}})
    return Record(
        "unifiedRoleAssignmentSchedule", assignment.id, "", {**fixed, **kind, **span}, assignment.visible, None
    )


def _instance(schedule: Record, kind: str) -> Record:
    names = (*_FIXED, "memberType", "startDateTime", "endDateTime")
    body = {name: schedule.body[name] for name in names if name in schedule.body}
    if "Assignment" in kind:
        body["assignmentType"] = "Assigned"
    role, what = kind.startswith("unified"), "Assignment" if "Assignment" in kind else "Eligibility"
    link = f"role{what}ScheduleId" if role else f"{what.lower()}ScheduleId"
    return Record(kind, schedule.id, "", {**body, link: schedule.id}, schedule.visible, None)


def _cancel(call: Call) -> Answer:
    """Withdraw a request that waits; here every request is carried out at once, so that none does."""
    kinds = [scheduling.request for scheduling in SCHEDULINGS]
    status = call.directory.get(kinds, call.keys["id"]).body["status"]
    if status in {"Provisioned", "Revoked"}:
        raise GraphError(f"A request that is {status} can't be cancelled.", "InvalidRoleAssignmentRequest")
    return NO_CONTENT


def _path(scheduling: Scheduling) -> str:
    what = "Assignment" if scheduling.active else "Eligibility"
    if scheduling.request.startswith("unified"):
        return f"roleManagement/directory/role{what}"
    return f"identityGovernance/privilegedAccess/group/{what.lower()}"


def _check_references(directory: Directory, body: dict[str, Any]) -> None:
    """PIM has codes of its own for what is not there (yet)."""
    principal = directory.find(roles.PRINCIPALS, body["principalId"])
    if principal is None:
        raise GraphError("The subject is not found.", "SubjectNotFound", HTTPStatus.NOT_FOUND)
    if "groupId" in body:
        if directory.find("group", body["groupId"]) is None:
            raise GraphError("The group is not found.", "ResourceNotFound", HTTPStatus.NOT_FOUND)
        return
    role = directory.find(roles.DEFINITION, body["roleDefinitionId"])
    if role is None:
        raise GraphError("The role is not found.", "RoleNotFound", HTTPStatus.NOT_FOUND)
    roles.check_holder(principal)
    roles.check_scope(directory, role, body["directoryScopeId"])


def _check_policy(directory: Directory, body: dict[str, Any], *, active: bool) -> None:
    """Hold a request against the policy's rule on how long; what Entra's rules say on approval needs people."""
    if "groupId" in body:
        policy = policy_of(directory, GROUP, body["groupId"], body["accessId"])
    else:
        policy = policy_of(directory, DIRECTORY_ROLE, roles.WHOLE, body["roleDefinitionId"])
    rule = rules_of(policy)["Expiration_Admin_Assignment" if active else "Expiration_Admin_Eligibility"]
    end = _end(body["scheduleInfo"])
    start = datetime.datetime.fromisoformat(body["scheduleInfo"]["startDateTime"])
    longest = start + parse_duration(rule["maximumDuration"])
    if rule["isExpirationRequired"] and (end is None or end > longest):
        raise GraphError('The following policy rules failed: ["ExpirationRule"]',
                         "RoleAssignmentRequestPolicyValidationFailed")  # fmt: skip


def _times(directory: Directory, info: dict[str, Any] | None) -> dict[str, Any]:
    """A schedule with its start; without one it begins now."""
    given = info or {}
    expiration = given.get("expiration") or {"type": "noExpiration"}
    complete = {"endDateTime": None, "duration": None, **expiration}
    start = given.get("startDateTime") or directory.timestamp()
    wanted = {"afterDuration": "duration", "afterDateTime": "endDateTime"}.get(complete.get("type", ""))
    if wanted and not complete[wanted]:
        raise GraphError(f"A value is required for property 'scheduleInfo/expiration/{wanted}'.")
    return {"startDateTime": start, "recurrence": None, "expiration": complete}


def _end(info: dict[str, Any]) -> datetime.datetime | None:
    expiration = info["expiration"]
    if expiration.get("type") == "afterDuration":
        return datetime.datetime.fromisoformat(info["startDateTime"]) + parse_duration(expiration["duration"])
    if expiration.get("type") == "afterDateTime":
        return datetime.datetime.fromisoformat(expiration["endDateTime"])
    return None


def _span(info: dict[str, Any]) -> dict[str, Any]:
    end = _end(info)
    return {"scheduleInfo": info, "startDateTime": info["startDateTime"],
            "endDateTime": end.strftime("%Y-%m-%dT%H:%M:%SZ") if end else None}  # fmt: skip


def _activate(directory: Directory, body: dict[str, Any], key: str) -> None:
    if "groupId" not in body:
        roles.assign(directory, body["principalId"], body["roleDefinitionId"], body["directoryScopeId"], key)
        return
    directory.relate(directory.get("group", body["groupId"]), f"{body['accessId']}s",
                     directory.get(roles.PRINCIPALS, body["principalId"]))  # fmt: skip


def _deactivate(directory: Directory, body: dict[str, Any], key: str) -> None:
    if "groupId" not in body:
        directory.remove(directory.get(roles.ASSIGNMENT, key))
        return
    directory.unrelate(directory.get("group", body["groupId"]), f"{body['accessId']}s", body["principalId"])


def _absent() -> GraphError:
    return GraphError("The Role assignment does not exist.", "RoleAssignmentDoesNotExist", HTTPStatus.NOT_FOUND)
