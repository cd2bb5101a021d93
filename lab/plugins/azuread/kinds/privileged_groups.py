"""Eligibility for membership of a group (Microsoft Graph: privilegedAccessGroupEligibilitySchedule)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lab.plugins.azuread import fields, paths
from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.fields import Field, Json, Plain, Special
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.kind import Failure, Kind, Made
from lab.plugins.azuread.kinds.directory_roles import OVER, is_over
from lab.plugins.azuread.once import do_once, make_once
from lab.plugins.azuread.values import Values

GROUPS = "/v1.0/identityGovernance/privilegedAccess/group"
REQUESTS = f"{GROUPS}/eligibilityScheduleRequests"


def _write_schedule(values: Mapping[str, Any]) -> Json:
    expiration: Json = {"type": "noExpiration"}
    if values.get("expirationDate"):
        expiration = {"type": "afterDateTime", "endDateTime": values["expirationDate"]}
    elif values.get("duration"):
        expiration = {"type": "afterDuration", "duration": values["duration"]}
    return {"scheduleInfo": {"startDateTime": values.get("startDate"), "expiration": expiration}}


def _read_schedule(request: Mapping[str, Any]) -> Values:
    expiration = paths.get(request, "scheduleInfo.expiration") or {}
    return {
        "startDate": paths.get(request, "scheduleInfo.startDateTime") or "",
        "expirationDate": expiration.get("endDateTime") or "",
        "duration": expiration.get("duration") or "",
        "permanentAssignment": expiration.get("type") == "noExpiration",
    }


def _write_ticket(values: Mapping[str, Any]) -> Json:
    number, system = values.get("ticketNumber"), values.get("ticketSystem")
    return {"ticketInfo": {"ticketNumber": number, "ticketSystem": system}} if number or system else {}


def _read_ticket(request: Mapping[str, Any]) -> Values:
    return {name: paths.get(request, f"ticketInfo.{name}") or "" for name in ("ticketNumber", "ticketSystem")}


FIELDS: tuple[Field, ...] = (
    Plain("assignmentType", "accessId"),
    *fields.plain("groupId", "principalId", "justification"),
    Special(_write_schedule, _read_schedule),
    Special(_write_ticket, _read_ticket),
    *fields.given("status"),
)


@dataclass(frozen=True)
class Schedules:
    """The handler: schedules are made, changed and ended by requests; a resource's id is its schedule's."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`."""
        body = self._body("adminAssign", values)

        async def mine() -> list[Json]:
            same = f"groupId eq '{values['groupId']}' and principalId eq '{values['principalId']}'"
            found = await graph.list(REQUESTS, **{"$filter": same})
            return [each for each in found if each["action"] == "adminAssign" and each["accessId"] == body["accessId"]]

        async with graph.alone(f"{REQUESTS}|{values['groupId']}|{values['principalId']}"):
            made = await make_once(graph, REQUESTS, body, mine)
        return Made(made["targetScheduleId"])

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """Nothing is left to do."""

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:  # noqa: ARG002 - see `Handler`
        """See `kind.Handler`; what only a request tells is taken from the newest one."""
        schedule = await graph.get(f"{GROUPS}/eligibilitySchedules/{identity}")
        if schedule is None or schedule.get("status") in OVER:
            return None
        query = f"groupId eq '{identity.partition('_')[0]}' and targetScheduleId eq '{identity}'"
        requests = await graph.list(REQUESTS, **{"$filter": query, "$orderby": "createdDateTime desc"})
        return fields.read(FIELDS, requests[0] if requests else schedule)

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:  # noqa: ARG002
        """See `kind.Handler`."""
        await do_once(graph, REQUESTS, self._body("adminUpdate", new))

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """See `kind.Handler`."""
        if await self.read(graph, identity, old) is None:
            return
        names = ("accessId", "groupId", "principalId")
        body = {name: value for name, value in self._body("adminRemove", old).items() if name in names}
        await do_once(graph, REQUESTS, body | {"action": "adminRemove"}, is_over)
        await graph.gone(lambda: self.read(graph, identity, old), identity)

    def _body(self, action: str, values: Values) -> Json:
        return fields.write(FIELDS, values) | {"action": action}


def _ends_somehow(values: Values) -> Iterator[Failure]:
    ways = [name for name in ("expirationDate", "duration", "permanentAssignment") if values.get(name)]
    if len(ways) != 1:
        yield Failure("duration", "right is one of expirationDate, duration and permanentAssignment; give exactly one")
    if bool(values.get("ticketNumber")) != bool(values.get("ticketSystem")):
        yield Failure("ticketNumber", "ticketNumber and ticketSystem go together; give both or neither")


PRIVILEGED_GROUP_ELIGIBILITY = Kind(
    "PrivilegedAccessGroupEligibilitySchedule",
    Schedules(),
    permission="PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    replaced_by=("assignmentType", "groupId", "principalId"),
    computed=frozenset({"startDate", "expirationDate", "permanentAssignment"}),
    allowed={"assignmentType": frozenset({"member", "owner"})},
    forms={"groupId": OBJECT_ID, "principalId": OBJECT_ID},
    rules=(_ends_somehow,),
)
