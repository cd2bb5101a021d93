"""From the words of `ggvv explain sign-in` to a sign-in; one that stands for nothing is told with the known ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from identity.conditional_access import KnownNames
from identity.conditional_access.names import one_of
from identity.conditional_access.vocabulary import Client, Flow, Method, Platform, Risk, UserAction
from identity.sign_ins import load_devices
from identity.what_if import Kind, SignIn
from operations.errors import UserError

GUEST, PROGRAM = "guest", "program"
"""Who is no member: a guest of another organisation, and a service principal."""

TRUSTED, NOWHERE = "trusted", "unknown"
"""At work, from the municipalities' own networks (in Sweden); and an address that is in no country."""

COUNTRY_LETTERS = 2

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Asked:
    """The words of the question; what is None is what `SignIn` takes for usual."""

    users: Collection[str]
    roles: Collection[str] = ()
    application: str | None = None
    action: str | None = None
    client: str | None = None
    platform: str | None = None
    device: str | None = None
    location: str | None = None
    risk: str | None = None
    user_risk: str | None = None
    flow: str | None = None
    method: str | None = None

    def sign_in(self, known: KnownNames) -> SignIn:
        """The sign-in that is asked about.

        Raises:
            UserError: a word stands for nothing.
            reference.errors.ArchitectureError: a group, role or application is not declared.
        """
        said: dict[str, Any] = {
            **self._user(known),
            "application": self.application and one_of("application", self.application, known.applications - {"all"}),
            "user_action": _word("action", self.action, UserAction),
            "client": _word("client", self.client, Client),
            "platform": _word("platform", self.platform, Platform),
            "sign_in_risk": _word("risk", self.risk, Risk),
            "user_risk": _word("user-risk", self.user_risk, Risk),
            "flow": _word("flow", self.flow, Flow),
            "method": _word("method", self.method, Method),
            "device": self._device(),
        }
        return SignIn(**{key: value for key, value in said.items() if value is not None}, **self._location())

    def _user(self, known: KnownNames) -> dict[str, Any]:
        kinds = {GUEST: Kind.GUEST, PROGRAM: Kind.SERVICE_PRINCIPAL}
        groups = {known.directory.group(name).key for name in self.users if name not in kinds}
        kind = next((kinds[name] for name in self.users if name in kinds), Kind.MEMBER)
        guests = {"guests"} if kind is Kind.GUEST else set()
        roles = {one_of("directory role", name, known.roles) for name in self.roles}
        return {"kind": kind, "groups": frozenset(groups | guests), "roles": frozenset(roles)}

    def _device(self) -> object:
        devices = load_devices()
        if self.device is not None and self.device not in devices:
            raise _unknown("device", self.device, devices)
        return devices[self.device] if self.device is not None else None

    def _location(self) -> dict[str, Any]:
        place = self.location
        if place is None or place == TRUSTED:
            return {"trusted": place == TRUSTED}
        if place == NOWHERE:
            return {"country": None}
        if len(place) != COUNTRY_LETTERS or not place.isalpha() or not place.isascii():
            raise _unknown("location", place, (TRUSTED, NOWHERE, "a country such as SE (ISO 3166-1)"))
        return {"country": place.upper()}


def _word(option: str, found: str | None, words: type[E]) -> E | None:
    if found is not None and found not in {*words}:
        raise _unknown(option, found, [*words])
    return words(found) if found is not None else None


def _unknown(option: str, found: str, known: Collection[str]) -> UserError:
    return UserError(f"--{option}: found '{found}'; right is one of {', '.join(known)}; correct the value")
