"""Who belongs to a dynamic group: typed conditions, rendered in Entra ID's rule syntax.

What an attribute is called in the directory stands here and nowhere else, and is ASSUMED until the municipalities'
sources are known: HR, the schools' system and device management write a municipality's code to extension attribute 1
and the kind of a user to extension attribute 2. Codes, because names ("Gislaveds kommun") are spelt in many ways.
Syntax: Microsoft Learn, "Manage rules for dynamic membership groups in Microsoft Entra ID".
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from reference.model import Model


class Subject(StrEnum):
    """What a group is made of; Entra ID's rules are about one of the two, never both."""

    USERS = "users"
    DEVICES = "devices"


class Condition(Model):
    """What a member's attributes must be; what is not said is not asked for."""

    municipality: str | None = Field(default=None, pattern=r"^[a-z]{3}$")
    kind: str | None = Field(default=None, pattern=r"^[a-z]+$")
    user_type: str | None = Field(default=None, pattern=r"^(Guest|Member)$")
    only_enabled: bool = True

    def rule(self, subject: Subject) -> str:
        """The rule in Entra ID's syntax."""
        prefix = {Subject.USERS: "user", Subject.DEVICES: "device"}[subject]
        wanted = {
            "extensionAttribute1": self.municipality,
            "extensionAttribute2": self.kind,
            "userType": self.user_type,
        }
        parts = [f'({prefix}.{name} -eq "{value}")' for name, value in wanted.items() if value is not None]
        enabled = [f"({prefix}.accountEnabled -eq true)"] if self.only_enabled else []
        return " and ".join([*parts, *enabled])
