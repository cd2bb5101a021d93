"""A sign-in, as far as Conditional Access can tell one from another."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from identity.conditional_access.device_filter import Device
from identity.conditional_access.vocabulary import Client, Flow, Method, Platform, Risk, UserAction
from reference.model import Model


class Kind(StrEnum):
    """Who signs in: one of our own, a guest of another organisation, or a program."""

    MEMBER = "member"
    GUEST = "guest"
    SERVICE_PRINCIPAL = "service-principal"


class SignIn(Model):
    """One attempt to get in, of whoever can do what `method` and `device` say.

    `application` is the key of what is signed in to; `user_action` goes before it, since Entra ID evaluates one of the
    two, never both. `roles` are active at the whole tenant: Conditional Access doesn't see roles in an administrative
    unit. `trusted`: from the municipalities' own egress. `country` is None where the address is in none.
    """

    kind: Kind = Kind.MEMBER
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    application: str = "office365"
    user_action: UserAction | None = None
    client: Client = Client.BROWSER
    platform: Platform = Platform.WINDOWS
    device: Device = Device()
    country: str | None = Field(default="SE", pattern=r"^[A-Z]{2}$")
    trusted: bool = False
    sign_in_risk: Risk = Risk.NONE
    user_risk: Risk = Risk.NONE
    flow: Flow | None = None
    method: Method = Method.AUTHENTICATOR
