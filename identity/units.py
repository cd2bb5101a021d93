"""One administrative unit per municipality: its administrators reach its people and nobody else's (IDM-1, SEP-1)."""

from __future__ import annotations

from pathlib import Path

from reference.data import load
from reference.membership import Condition, Subject
from reference.model import Model
from reference.municipality import Municipality


class ScopedRole(Model):
    """One line of `units.yaml`: a role that a municipality's own group is eligible for in its own unit."""

    role: str
    group: str
    reason: str


def scoped_roles(folder: Path = Path(__file__).parent) -> tuple[ScopedRole, ...]:
    """The roles that `units.yaml` declares for every unit."""
    return load("units.yaml", tuple[ScopedRole, ...], folder)


def unit_name(platform: str, municipality: Municipality) -> str:
    """The name of a municipality's unit."""
    return f"{platform}-{municipality.code}"


def people_rule(municipality: Municipality) -> str:
    """Who belongs to a municipality's unit: all its users, disabled ones too, since they may be enabled again.

    The provider can't declare it (identity/manual_steps.yaml). Nor are groups in the unit: a unit with a rule takes one
    kind of object only, and a group in a unit doesn't bring its members under the unit's administrators
    (Microsoft Learn, "Administrative units" and "… rules for dynamic membership groups").
    """
    return Condition(municipality=municipality.code, only_enabled=False).rule(Subject.USERS)
