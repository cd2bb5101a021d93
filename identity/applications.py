"""The shared services that people sign in to with their one identity (IDM-3), and what else policies can be about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from reference.data import load
from reference.model import Model

POLICY_TARGETS: Mapping[str, str] = {
    "all": "All",
    "office365": "Office365",
    "admin-portals": "MicrosoftAdminPortals",
    "azure-management": "797f4846-ba00-4fd7-ba43-dac1f8f63013",
}
"""What a policy can be about beside our own applications, in Graph's words (conditionalAccessApplications)."""

_ROLE_IDS = UUID("5a0c1f0e-6d0b-4c52-9f3e-3f6f0b8f1d57")
"""Namespace of the roles' ids: drawn once, never changed, or every assignment would be made anew."""


class ApplicationRole(Model):
    """A role inside an application, and the groups that have it (references to `reference/directory.yaml`)."""

    value: str = Field(pattern=r"^[a-z-]+$")
    name: str
    groups: tuple[str, ...] = Field(min_length=1)


class Application(Model):
    """One line of `applications.yaml`; the file says what the keys mean."""

    key: str = Field(pattern=r"^[a-z]+$")
    name: str
    purpose: str
    sso: Literal["saml", "oidc"]
    client: Literal["browser", "server"] | None = None
    reply: str = Field(pattern=r"^/")
    certificate_ends: date | None = None
    roles: tuple[ApplicationRole, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_protocol(self) -> Application:
        for key, needed in (("certificate_ends", self.sso == "saml"), ("client", self.sso == "oidc")):
            if needed != (getattr(self, key) is not None):
                raise ValueError(
                    f"{self.key}: sso is {self.sso}, and `{key}` is {'missing' if needed else 'there'}; right is "
                    f"`certificate_ends` with saml and `client` with oidc; {'add' if needed else 'remove'} it"
                )
        return self

    def url(self, domain: str, path: str = "") -> str:
        """Where the application answers, in the stack's DNS domain."""
        return f"https://{self.key}.{domain}{path}"

    def role_id(self, role: ApplicationRole) -> str:
        """The role's id: the same in every tenant and every run."""
        return str(uuid5(_ROLE_IDS, f"{self.key}/{role.value}"))


def load_applications(folder: Path = Path(__file__).parent) -> tuple[Application, ...]:
    """The applications that `applications.yaml` declares.

    Raises:
        reference.errors.ArchitectureError: the file does not hold.
    """
    return load("applications.yaml", tuple[Application, ...], folder)


def expired(applications: Iterable[Application], today: date) -> tuple[str, ...]:
    """One sentence for each certificate whose declared end has passed; nothing may be deployed with such a one."""
    return tuple(
        f"{application.key}: its certificate ended on {ends}; right is a later `certificate_ends` in "
        "identity/applications.yaml; set one and take the new certificate into the service"
        for application, ends in _ends(applications)
        if ends < today
    )


def expiring(applications: Iterable[Application], today: date, days: int = 60) -> tuple[str, ...]:
    """One sentence for each certificate that ends within `days`."""
    return tuple(
        f"{application.key}: its certificate ends on {ends}, in {(ends - today).days} days; set a later "
        "`certificate_ends` in identity/applications.yaml and take the new certificate into the service"
        for application, ends in _ends(applications)
        if today <= ends <= today + timedelta(days=days)
    )


def _ends(applications: Iterable[Application]) -> list[tuple[Application, date]]:
    return [(each, each.certificate_ends) for each in applications if each.certificate_ends is not None]
