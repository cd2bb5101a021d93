"""One administrative unit per municipality: its administrators reach its people and nobody else's (IDM-1, SEP-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pulumi
import pulumi_azuread as azuread

from identity.roles import template_id
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


class AdministrativeUnits(pulumi.ComponentResource):
    """A unit for each municipality, and what its own groups are eligible for in it.

    Args:
        platform: first part of each unit's name.
        municipalities: who takes part.
        groups: object id of each group, by its key.
    """

    def __init__(
        self,
        platform: str,
        municipalities: Iterable[Municipality],
        *,
        groups: Mapping[str, pulumi.Output[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:identity:AdministrativeUnits", platform, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self.units = {m.id: self._unit(unit_name(platform, m), m, groups) for m in municipalities}
        self.register_outputs({"units": len(self.units)})

    def _unit(
        self, name: str, municipality: Municipality, groups: Mapping[str, pulumi.Output[str]]
    ) -> azuread.AdministrativeUnit:
        unit = azuread.AdministrativeUnit(
            municipality.id,
            display_name=name,
            description=f"{municipality.name}: its people (IDM-1)",
            opts=self._child,
        )
        for scoped in scoped_roles():
            azuread.DirectoryRoleEligibilityScheduleRequest(
                f"{municipality.id}/{scoped.role}",
                role_definition_id=template_id(scoped.role),
                principal_id=groups[f"{scoped.group}/{municipality.id}"],
                directory_scope_id=pulumi.Output.format("/administrativeUnits/{0}", unit.object_id),
                justification=f"{municipality.name}: {scoped.reason}",
                opts=self._child,
            )
        return unit
