"""The permissions of Microsoft Graph that a deployment and the checks need, and no more (least privilege)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from reference.data import load
from reference.model import Model

Use = Literal["deploy", "read"]


class Permission(Model):
    """One line of `graph_permissions.yaml`: an application permission, who needs it, and for what."""

    name: str = Field(pattern=r"^[A-Za-z]+(\.[A-Za-z]+)+$")
    uses: tuple[Use, ...] = Field(alias="for", min_length=1)
    why: str

    @field_validator("uses", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


def load_permissions(folder: Path = Path(__file__).parent) -> tuple[Permission, ...]:
    """All permissions that `graph_permissions.yaml` declares."""
    return load("graph_permissions.yaml", tuple[Permission, ...], folder)


def permissions_for(use: Use) -> tuple[str, ...]:
    """The names of the permissions that a deployment, or a read-only check, needs."""
    return tuple(permission.name for permission in load_permissions() if use in permission.uses)
