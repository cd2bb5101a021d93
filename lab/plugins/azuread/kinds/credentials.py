"""Credentials that the tenant draws itself: an application's passwords, a service principal's signing certificates."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from lab.plugins.azuread.errors import TooLong
from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.kind import Failure, Kind, Made
from lab.plugins.azuread.once import PATIENCE, do_once, make_once
from lab.plugins.azuread.values import Values

APPLICATIONS = "/v1.0/applications"
PRINCIPALS = "/v1.0/servicePrincipals"
PASSWORD_OF = Identity("/applications/{id}")
CERTIFICATE_OF = Identity("/servicePrincipals/{id}")
PASSWORD = Identity("{application}/password/{key}")
CERTIFICATE = Identity("{principal}/tokenSigningCertificate/{key}")


def _instant(date: str | None) -> str:
    """A date as the provider writes it: RFC 3339 with Z and without fractions of a second."""
    return f"{date.split('.')[0].removesuffix('Z')}Z" if date else ""


@dataclass(frozen=True)
class Passwords:
    """Passwords of applications. Graph tells one once: in the answer; if that is lost, so is the password."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`; a password whose answer was lost is removed and another one is drawn."""
        application = PASSWORD_OF.parts(values["applicationId"])["id"]
        path = f"{APPLICATIONS}/{application}"
        names = {"displayName": "displayName", "startDate": "startDateTime", "endDate": "endDateTime"}
        body = {"passwordCredential": {to: values[name] for name, to in names.items() if values.get(name)}}
        async with graph.alone(path):
            for _attempt in range(PATIENCE):
                made = await make_once(graph, f"{path}/addPassword", body, lambda: self._there(graph, path), "keyId")
                if made.get("secretText"):
                    identity = PASSWORD.template.format(application=application, key=made["keyId"])
                    return Made(identity, {"value": made["secretText"]})
                await _remove_password(graph, path, made["keyId"])
        raise TooLong(f"{path}/addPassword: was tried {PATIENCE} times and the answer was lost each time")

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """Nothing is left to do."""

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """See `kind.Handler`."""
        parts = PASSWORD.parts(identity)
        there = await self._there(graph, f"{APPLICATIONS}/{parts['application']}")
        found = next((each for each in there if each["keyId"] == parts["key"]), None)
        if found is None:
            return None
        kept = ("endDateRelative", "rotateWhenChanged", "value")
        return {name: value for name, value in prior.items() if name in kept} | {
            "applicationId": PASSWORD_OF.template.format(id=parts["application"]),
            "displayName": found.get("displayName"),
            "startDate": _instant(found.get("startDateTime")),
            "endDate": _instant(found.get("endDateTime")),
            "keyId": found["keyId"],
        }

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """Nothing can be changed."""

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """See `kind.Handler`."""
        parts = PASSWORD.parts(identity)
        path = f"{APPLICATIONS}/{parts['application']}"
        if await self.read(graph, identity, old) is not None:
            async with graph.alone(path):
                await _remove_password(graph, path, parts["key"])
            await graph.gone(lambda: self.read(graph, identity, old), identity)

    async def _there(self, graph: Graph, path: str) -> list[Json]:
        application = await graph.get(path)
        return (application or {}).get("passwordCredentials") or []


async def _remove_password(graph: Graph, application: str, key: str) -> None:
    body = {"keyId": key}
    await do_once(graph, f"{application}/removePassword", body, lambda error: error.status == httpx.codes.BAD_REQUEST)


@dataclass(frozen=True)
class SigningCertificates:
    """Certificates that a service principal's tokens are signed with: a pair of keys and a password that belong."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`; the id has the key that verifies, as the provider's."""
        principal = CERTIFICATE_OF.parts(values["servicePrincipalId"])["id"]
        path = f"{PRINCIPALS}/{principal}"
        names = {"displayName": "displayName", "endDate": "endDateTime"}
        wanted = {graph_name: values[name] for name, graph_name in names.items() if values.get(name)}
        async with graph.alone(path):
            before = {each["keyId"] for each in await self._verifying(graph, path)}
            add = f"{path}/addTokenSigningCertificate"
            await make_once(graph, add, wanted, lambda: self._verifying(graph, path), "keyId")

            async def new() -> Json | None:
                return next((each for each in await self._verifying(graph, path) if each["keyId"] not in before), None)

            key = await graph.until(new, f"{add}: the certificate never came to be seen; look for it in the tenant")
        return Made(CERTIFICATE.template.format(principal=principal, key=key["keyId"]))

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """Nothing is left to do."""

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:  # noqa: ARG002 - see `Handler`
        """See `kind.Handler`."""
        parts = CERTIFICATE.parts(identity)
        there = await self._verifying(graph, f"{PRINCIPALS}/{parts['principal']}")
        found = next((each for each in there if each["keyId"] == parts["key"]), None)
        if found is None:
            return None
        certificate = base64.b64decode(found.get("key") or "")
        return {
            "servicePrincipalId": CERTIFICATE_OF.template.format(id=parts["principal"]),
            "displayName": found.get("displayName"),
            "startDate": _instant(found.get("startDateTime")),
            "endDate": _instant(found.get("endDateTime")),
            "keyId": found["keyId"],
            "thumbprint": hashlib.sha1(certificate, usedforsecurity=False).hexdigest().upper(),
            "value": found.get("key"),
        }

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """Nothing can be changed."""

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """See `kind.Handler`; what belongs together has the same customKeyIdentifier."""
        parts = CERTIFICATE.parts(identity)
        path = f"{PRINCIPALS}/{parts['principal']}"
        async with graph.alone(path):
            principal = await graph.get(path, **{"$select": "keyCredentials,passwordCredentials"}) or {}
            keys, passwords = (principal.get(name) or [] for name in ("keyCredentials", "passwordCredentials"))
            own = next((each["customKeyIdentifier"] for each in keys if each["keyId"] == parts["key"]), None)
            if own is None:
                return
            rest = {
                "keyCredentials": [each for each in keys if each.get("customKeyIdentifier") != own],
                "passwordCredentials": [each for each in passwords if each.get("customKeyIdentifier") != own],
            }
            await graph.write("PATCH", path, rest)
        await graph.gone(lambda: self.read(graph, identity, old), identity)

    async def _verifying(self, graph: Graph, path: str) -> list[Json]:
        principal = await graph.get(path, **{"$select": "keyCredentials"})
        return [each for each in (principal or {}).get("keyCredentials") or [] if each.get("usage") == "Verify"]


def _named_as_certificates_are(values: Values) -> Iterator[Failure]:
    name = values.get("displayName")
    if name and not str(name).startswith("CN="):
        yield Failure("displayName", f"displayName is {name!r}; right begins with CN=")


APPLICATION_PASSWORD = Kind(
    "ApplicationPassword",
    Passwords(),
    permission="Application.ReadWrite.OwnedBy",
    replaced_by=("applicationId", "displayName", "endDate", "rotateWhenChanged", "rotateWhenChanged.*", "startDate"),
    computed=frozenset({"displayName", "endDate", "startDate"}),
    forms={"applicationId": PASSWORD_OF.template},
    secrets=frozenset({"value"}),
    unsupported=frozenset({"endDateRelative"}),
)

SIGNING_CERTIFICATE = Kind(
    "ServicePrincipalTokenSigningCertificate",
    SigningCertificates(),
    permission="Application.ReadWrite.OwnedBy",
    replaced_by=("displayName", "endDate", "servicePrincipalId"),
    computed=frozenset({"displayName", "endDate"}),
    forms={"servicePrincipalId": CERTIFICATE_OF.template},
    secrets=frozenset({"value"}),
    rules=(_named_as_certificates_are,),
)
