"""Who signs in to what, with what, from what: every combination that a policy must have an answer for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from identity.conditional_access import KnownNames
from identity.conditional_access.names import ADMINISTRATORS
from identity.conditional_access.vocabulary import Client, Method, Platform
from identity.what_if import Kind, SignIn

LEGACY = (Client.EXCHANGE_ACTIVE_SYNC, Client.OTHER)
"""Clients without modern authentication."""

MODERN = tuple(client for client in Client if client not in LEGACY)

PEOPLE = ("staff", "school")
"""Concepts of groups that people are in by what they are."""


def users(known: KnownNames) -> Iterator[tuple[str, SignIn]]:
    """Every kind of user, in words, and a sign-in of one who brings nothing but a password."""
    password = SignIn(method=Method.PASSWORD)
    for concept in PEOPLE:
        for group in known.directory.select(concept):
            yield group.key, password.model_copy(update={"groups": frozenset({group.key})})
    for key in known.group_keys(ADMINISTRATORS):
        yield key, password.model_copy(update={"groups": frozenset({key})})
    yield "guest", password.model_copy(update={"kind": Kind.GUEST, "groups": frozenset({"guests"})})


def sign_ins(sign_in: SignIn, known: KnownNames, clients: tuple[Client, ...]) -> Iterator[SignIn]:
    """The sign-in to every application, with each of these clients, on every platform, known or not."""
    for application, client, platform in product(sorted(known.applications - {"all"}), clients, Platform):
        yield sign_in.model_copy(update={"application": application, "client": client, "platform": platform})
