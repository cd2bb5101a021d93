"""What else applications have: synchronisation jobs, templates, delegated consents, invitations of guests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

from lab.tenant.call import NO_CONTENT, Answer, Call
from lab.tenant.errors import GraphError
from lab.tenant.operations import Operation, Resource, create, described
from lab.tenant.query import Query
from lab.tenant.representation import Representation
from lab.tenant.rules import Rules
from lab.tenant.store import Record
from lab.tenant.users import UPN, check_names

STATES = {"start": "Active", "pause": "Disabled", "stop": "Disabled", "restart": "Active"}


class GrantRules(Rules):
    """A delegated consent is between two service principals of the tenant."""

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Both are there, and there is no such consent yet."""
        for name in ("clientId", "resourceId"):
            call.directory.get("servicePrincipal", body[name])
        for other in call.directory.having("oAuth2PermissionGrant", "clientId", body["clientId"]):
            if all(other.body[name] == body[name] for name in ("resourceId", "principalId")):
                raise GraphError("Permission entry already exists.")


def operations(show: Representation, principals: Resource, applications: Resource) -> Iterator[Operation]:
    """All of it."""
    yield Operation("POST", "invitations", lambda call: _invite(call, show))
    yield Operation("POST", "applicationTemplates/{id}/instantiate", lambda call: _instantiate(call, show))
    yield Operation("PUT", f"{applications.path}/{{id}}/logo", lambda call: _logo(call, applications))
    jobs = f"{principals.path}/{{id}}/synchronization/jobs/{{child}}"
    for action, state in STATES.items():
        yield Operation("POST", f"{jobs}/{action}", partial(_set_job, state=state))
    secrets = f"{principals.path}/{{id}}/synchronization/secrets"
    yield Operation("PUT", secrets, lambda call: _put_secrets(call, principals))
    yield Operation("GET", secrets, lambda call: _secrets(call, principals))


def _invite(call: Call, show: Representation) -> Answer:
    """Make a guest, whose name tells the address that was invited."""
    directory = call.directory
    body = directory.new_body(directory.kind("invitation"), call.body)
    address = body["invitedUserEmailAddress"]
    local = f"{address.replace('@', '_')}#EXT#"
    initial = next(each.id for each in directory.all("domain") if each.body["isInitial"])
    guest = {
        "accountEnabled": True, "displayName": body.get("invitedUserDisplayName") or address.partition("@")[0],
        "mail": address, "mailNickname": local, "otherMails": [address], UPN: f"{local}@{initial}",
        "userType": body["invitedUserType"], "externalUserState": "PendingAcceptance", "creationType": "Invitation",
        "createdDateTime": directory.timestamp(),
    }  # fmt: skip
    check_names(directory, guest, None)
    user = directory.add("user", {**directory.kind("user").defaults, **guest})
    redeem = f"{call.root.rpartition('/')[0]}/redeem/{uuid.uuid4()}"
    made = directory.add("invitation", {**body, "inviteRedeemUrl": redeem, "status": "PendingAcceptance",
                                        "invitedUser": {"id": user.id}})  # fmt: skip
    return Answer(HTTPStatus.CREATED, described(call, show, made, Query()))


def _instantiate(call: Call, show: Representation) -> Answer:
    """Make an application and its service principal from the gallery's template for what is not in the gallery."""
    template = call.directory.get("applicationTemplate", call.keys["id"])
    name = call.parameters("instantiate", "displayName")["displayName"]
    kinds = call.directory.schema.kinds
    application = create(call.with_body({"displayName": name}), show, kinds["application"], None)
    principal = create(call.with_body({"appId": application.body["appId"]}), show, kinds["servicePrincipal"], None)
    made = [call.directory.change(each, {"applicationTemplateId": template.id}) for each in (application, principal)]
    shown = [show.one(call, each, Query()) for each in made]
    return Answer(HTTPStatus.CREATED, {"application": shown[0], "servicePrincipal": shown[1]})


def _logo(call: Call, applications: Resource) -> Answer:
    record = applications.resolve(call)
    call.directory.change(record, {"info": {"logoUrl": f"{call.root}/applications/{record.id}/logo"}})
    return NO_CONTENT


def _set_job(call: Call, state: str) -> Answer:
    job = call.directory.get("synchronizationJob", call.keys["child"])
    call.directory.change(job, {"schedule": {"state": state}})
    return NO_CONTENT


def _put_secrets(call: Call, principals: Resource) -> Answer:
    """Keep the names of the secrets; nothing here needs their values."""
    record = principals.resolve(call)
    given = call.parameters("synchronizationSecrets", "value")["value"]
    names = [entry.get("key") for entry in given if entry.get("value") != ""]
    stored = call.directory.store.get(("synchronizationSecrets",), record.id)
    if stored is None:
        call.directory.add("synchronizationSecrets", {"names": names}, record.id, record.id)
    else:
        call.directory.change(stored, {"names": names})
    return NO_CONTENT


def _secrets(call: Call, principals: Resource) -> Answer:
    stored = call.directory.store.get(("synchronizationSecrets",), principals.resolve(call).id)
    names = stored.body["names"] if stored else []
    return Answer(body={"value": [{"key": name, "value": "*"} for name in names]})
