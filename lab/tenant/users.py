"""Users: their names, passwords and managers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lab.tenant.call import NO_CONTENT, Answer, Call, reference
from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError, conflict, not_found
from lab.tenant.operations import Operation, described
from lab.tenant.representation import Representation
from lab.tenant.rules import Rules
from lab.tenant.store import Record

MANAGER = "manager"

UPN = "userPrincipalName"

_NICKNAME = re.compile(r"[^\s@()\\\[\]\";:<>,]{1,64}")
"""What a mailNickname may be (Microsoft Graph: user resource type)."""

_CLASSES = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"), re.compile("[^a-zA-Z0-9]"))


class UserRules(Rules):
    """Principal names are unique and in a verified domain; passwords are strong (Entra ID: password policies)."""

    def find(self, call: Call, key: str) -> str:
        """A user by id or by principal name."""
        if "@" not in key:
            return key
        found = [record for record in call.directory.having("user", UPN, key) if call.directory.visible(record)]
        if not found:
            raise not_found(key)
        return found[0].id

    def creating(self, call: Call, body: dict[str, Any], parent: Record | None) -> None:  # noqa: ARG002
        """Check names and password."""
        check_names(call.directory, body, None)
        _check_password(body, body)

    def changing(self, call: Call, record: Record, changes: dict[str, Any]) -> None:
        """Check those names and the password that change."""
        check_names(call.directory, changes, record)
        if changes.get("passwordProfile"):
            _check_password(changes, {**record.body, **changes})


def check_names(directory: Directory, body: dict[str, Any], record: Record | None) -> None:
    """Check a user's names.

    Raises:
        GraphError: no such domain, taken, or of a wrong form.
    """
    if (nickname := body.get("mailNickname")) is not None and not _NICKNAME.fullmatch(nickname):
        raise GraphError("Invalid value specified for property 'mailNickname' of resource 'User'.")
    if (name := body.get(UPN)) is None:
        return
    _, at, domain = name.partition("@")
    if not at or directory.find("domain", domain.lower()) is None:
        raise GraphError(f"The domain portion of the userPrincipalName property is invalid: '{domain}' is none of the "
                         "verified domain names in your organization.")  # fmt: skip
    if any(record is None or taken.id != record.id for taken in directory.having("user", UPN, name)):
        raise conflict(UPN)


def _check_password(given: dict[str, Any], whole: dict[str, Any]) -> None:
    profile = given.get("passwordProfile")
    password = profile.get("password") if isinstance(profile, dict) else None
    if not password:
        raise GraphError("A value is required for property 'passwordProfile/password' of resource 'User'.")
    name = str(whole.get(UPN, "")).partition("@")[0].casefold()
    weak = "DisableStrongPassword" in str(whole.get("passwordPolicies"))
    strong = sum(1 for kind in _CLASSES if kind.search(password)) >= 3 and name not in password.casefold()  # noqa: PLR2004
    if not 8 <= len(password) <= 256 or not (weak or strong):  # noqa: PLR2004 - Entra ID: password policies
        raise GraphError("The specified password does not comply with password complexity requirements. Please provide "
                         "a different password.")  # fmt: skip


def operations(show: Representation) -> Iterator[Operation]:
    """What users have beyond the operations of every kind: a manager."""

    def user(call: Call) -> Record:
        return call.directory.get("user", show.of("user").find(call, call.keys["id"]))

    def manager(call: Call) -> Answer:
        found = call.directory.related(user(call), MANAGER, ["user"])
        if not found:
            raise not_found(MANAGER)
        return Answer(body=described(call, show, found[0], call.query))

    def clear(call: Call) -> None:
        record = user(call)
        for target in call.directory.store.targets(record.id, MANAGER):
            call.directory.unrelate(record, MANAGER, target)

    def put(call: Call) -> Answer:
        chosen = call.directory.get("user", reference(call))
        clear(call)
        call.directory.relate(user(call), MANAGER, chosen)
        return NO_CONTENT

    def remove(call: Call) -> Answer:
        clear(call)
        return NO_CONTENT

    yield Operation("GET", "users/{id}/manager", manager)
    yield Operation("PUT", "users/{id}/manager/$ref", put)
    yield Operation("DELETE", "users/{id}/manager/$ref", remove)
