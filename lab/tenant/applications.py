"""Applications and their service principals: names, roles, owners, and secrets."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from lab.tenant.call import NO_CONTENT, Answer, Call
from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError, conflict, denied, not_found
from lab.tenant.keys import named
from lab.tenant.operations import Operation, Resource
from lab.tenant.rules import Rules
from lab.tenant.store import Record

APPLICATION = "application"
PRINCIPAL = "servicePrincipal"

ALL = frozenset({"Application.ReadWrite.All", "Directory.ReadWrite.All"})
"""With one of these, an application may be changed by who doesn't own it (Graph permissions reference)."""

FOLLOWING = ("appRoles", "info", "signInAudience", "tokenEncryptionKeyId")
"""What a service principal takes from its application in the same tenant."""

SECRET_LIFE = 365 * 2
"""Days that a secret holds unless it is asked for otherwise (Microsoft Graph: addPassword)."""


def check_owned(call: Call, record: Record) -> None:
    """Refuse a caller who may change only applications that it owns.

    Raises:
        GraphError: it doesn't own this one.
    """
    owners = call.directory.store.targets(record.id, "owners")
    if not ALL & call.caller.permissions and call.caller.object_id not in owners:
        raise denied()


class OwnedRules(Rules):
    """What applications and service principals share: owners, and keys that are named by `appId=…`."""

    kind = ""

    def find(self, call: Call, key: str) -> str:
        """By id or, as appId=…, by application id."""
        match named(key):
            case ("appId", value):
                found = [
                    each for each in call.directory.having(self.kind, "appId", value) if call.directory.visible(each)
                ]
                if not found:
                    raise not_found(value)
                return found[0].id
        return key

    def created(self, call: Call, record: Record) -> None:
        """Who may only change what it owns owns what it makes."""
        if not ALL & call.caller.permissions:
            call.directory.store.relate(record.id, "owners", call.caller.object_id)

    def show(self, call: Call, record: Record, body: dict[str, Any]) -> None:
        """A certificate itself is told only to who selects the credentials (Microsoft Graph: keyCredential)."""
        if "keyCredentials" not in call.query.select:
            body["keyCredentials"] = [{**each, "key": None} for each in record.body["keyCredentials"]]

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:  # noqa: ARG002
        """Only by who may."""
        check_owned(call, record)

    def deleting(self, call: Call, record: Record) -> None:
        """Only by who may."""
        check_owned(call, record)

    def unrelating(self, call: Call, record: Record, name: str, target: str) -> None:  # noqa: ARG002
        """Only by who may."""
        check_owned(call, record)


class ApplicationRules(OwnedRules):
    """Identifier URIs are unique and in a verified domain; roles are disabled before they go."""

    kind = APPLICATION

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Complete with what the directory gives."""
        domains = call.directory.all("domain")
        initial = next((each.id for each in domains if each.body["isInitial"]), None)
        body |= {"appId": str(uuid.uuid4()), "publisherDomain": initial}
        _check_uris(call.directory, body, None)
        _check_roles(body.get("appRoles") or [], [])

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Check what changes."""
        super().changing(call, record, changes)
        _check_uris(call.directory, changes, record)
        if changes.get("appRoles") is not None:
            _check_roles(changes["appRoles"], record.body["appRoles"])
        keep_secrets(record, changes)

    def deleting(self, call: Call, record: Record) -> None:
        """Its service principal goes with it."""
        super().deleting(call, record)
        for principal in call.directory.having(PRINCIPAL, "appId", record.body["appId"]):
            call.directory.remove(principal)


class PrincipalRules(OwnedRules):
    """A service principal is what an application is in this tenant: one per application."""

    kind = PRINCIPAL

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Of an application that exists."""
        if application_of(call.directory, body["appId"]) is None:
            raise GraphError(f"The appId '{body['appId']}' of the service principal does not reference a valid "
                             "application object.", "Request_BadRequest")  # fmt: skip
        if call.directory.having(PRINCIPAL, "appId", body["appId"]):
            raise conflict("appId")
        body["servicePrincipalType"] = "Application"

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Keep what isn't told of secrets; the active certificate is one of its own."""
        super().changing(call, record, changes)
        keep_secrets(record, changes)

    def show(self, call: Call, record: Record, body: dict[str, Any]) -> None:
        """Tell what follows from the application."""
        super().show(call, record, body)
        application = application_of(call.directory, record.body["appId"])
        names = [record.body["appId"]]
        if application is not None:
            body |= {name: application.body[name] for name in FOLLOWING if name in application.body}
            names += application.body["identifierUris"] or []
            web = application.body.get("web") or {}
            body |= {
                "displayName": application.body["displayName"], "appDisplayName": application.body["displayName"],
                "oauth2PermissionScopes": (application.body.get("api") or {}).get("oauth2PermissionScopes") or [],
                "replyUrls": web.get("redirectUris") or [], "homepage": web.get("homePageUrl"),
                "logoutUrl": web.get("logoutUrl"),
            }  # fmt: skip
        body["servicePrincipalNames"] = [*dict.fromkeys([*names, *(record.body.get("servicePrincipalNames") or [])])]


class ContainedRules(Rules):
    """What lives below an application or service principal: changed only by who may change that."""

    kind = APPLICATION

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:
        """Only by who may; a federated credential's name is unique below its application."""
        self._check(call, parent)
        for other in call.directory.all("federatedIdentityCredential", parent.id if parent else None):
            if body.get("issuer") and body["name"] == other.body["name"]:
                raise GraphError("FederatedIdentityCredential with the same name already exists.")

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:  # noqa: ARG002
        """Only by who may."""
        self._check(call, call.directory.find((APPLICATION, PRINCIPAL), record.parent))

    def deleting(self, call: Call, record: Record) -> None:
        """Only by who may."""
        self._check(call, call.directory.find((APPLICATION, PRINCIPAL), record.parent))

    @staticmethod
    def _check(call: Call, parent: Record | None) -> None:
        if parent is not None:
            check_owned(call, parent)


def application_of(directory: Directory, app_id: str) -> Record | None:
    """The application with this application id, in this tenant."""
    found = [each for each in directory.having(APPLICATION, "appId", app_id) if directory.visible(each)]
    return found[0] if found else None


def keep_secrets(record: Record, changes: dict[str, Any]) -> None:
    """Keep the key of a credential that a client sends back without it, and refuse new secrets.

    Raises:
        GraphError: a secret that Graph did not make, or a key that names no key.
    """
    for credential in changes.get("passwordCredentials") or []:
        if credential.get("keyId") not in {each["keyId"] for each in record.body["passwordCredentials"]}:
            raise GraphError("New passwords are made by the action addPassword.")
    known = {each["keyId"]: each for each in record.body["keyCredentials"]}
    kept = []
    for credential in changes.get("keyCredentials") or []:
        given = {name: value for name, value in credential.items() if value is not None}
        if not given.get("key") and given.get("keyId") not in known:
            raise GraphError("A value is required for property 'key' of a new key credential.")
        kept.append({**known.get(given.get("keyId", ""), {"keyId": str(uuid.uuid4())}), **given})
    if "keyCredentials" in changes:
        changes["keyCredentials"] = kept


def operations(resources: list[Resource]) -> Iterator[Operation]:
    """Secrets of applications and service principals."""
    for resource in resources:
        own = f"{resource.path}/{{id}}"
        yield Operation("POST", f"{own}/addPassword", partial(_add_password, resource=resource))
        yield Operation("POST", f"{own}/removePassword", partial(_remove_password, resource=resource))


def _add_password(call: Call, resource: Resource) -> Answer:
    """Make a secret; this answer is the only place that tells it."""
    record = resource.resolve(call)
    check_owned(call, record)
    asked = call.parameters("addPassword").get("passwordCredential") or {}
    text = secrets.token_urlsafe(30)
    credential = {
        "customKeyIdentifier": None,
        "displayName": asked.get("displayName"),
        "endDateTime": asked.get("endDateTime") or call.directory.timestamp(days=SECRET_LIFE),
        "hint": text[:3],
        "keyId": str(uuid.uuid4()),
        "secretText": None,
        "startDateTime": asked.get("startDateTime") or call.directory.timestamp(),
    }
    call.directory.change(record, {"passwordCredentials": [*record.body["passwordCredentials"], credential]})
    return Answer(body={**credential, "secretText": text})


def _remove_password(call: Call, resource: Resource) -> Answer:
    record = resource.resolve(call)
    check_owned(call, record)
    key = call.parameters("removePassword", "keyId")["keyId"]
    left = [each for each in record.body["passwordCredentials"] if each["keyId"] != key]
    if len(left) == len(record.body["passwordCredentials"]):
        raise GraphError("No password credential found with keyId.")
    call.directory.change(record, {"passwordCredentials": left})
    return NO_CONTENT


def _check_uris(directory: Directory, body: dict[str, Any], record: Record | None) -> None:
    domains = [domain.id for domain in directory.all("domain")]
    for uri in body.get("identifierUris") or []:
        if not _may_identify(uri, domains):
            raise GraphError("Values of identifierUris property must use a verified domain of the organization or its "
                             f"subdomain: '{uri}'.", "HostNameNotOnVerifiedDomain")  # fmt: skip
        for other in directory.all(APPLICATION):
            if uri in other.body["identifierUris"] and (record is None or other.id != record.id):
                raise conflict("identifierUris")


def _may_identify(uri: str, domains: list[str]) -> bool:
    """Whether a URI is one of those that name an application (Entra ID: restrictions on identifier URIs)."""
    parts = urlsplit(uri)
    host = parts.hostname or ""
    if parts.scheme in {"https", "http"}:
        return any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return parts.scheme in {"api", "urn", "ms-app", "ms-appx"}


def _check_roles(new: list[dict[str, Any]], old: list[dict[str, Any]]) -> None:
    for name in ("id", "value"):
        values = [role.get(name) for role in new if role.get(name)]
        if len(values) != len(set(values)):
            raise GraphError(f"Property appRoles has the {name} of one role twice.")
    for role in new:
        if not role.get("id") or not role.get("displayName") or not role.get("allowedMemberTypes"):
            raise GraphError("A role in appRoles has an id, a displayName and allowedMemberTypes.")
    after = {role["id"]: role for role in new}
    for role in old:
        changed = after.get(role["id"])
        if role.get("isEnabled") and (changed is None or changed.get("value") != role.get("value")):
            raise GraphError("Permission (scope or role) cannot be deleted or updated unless disabled first.",
                             "CannotDeleteOrUpdateEnabledEntitlement")  # fmt: skip
