"""Administrative units in the tenant (IDM-1, SEP-1), and what each municipality's own groups are eligible for there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi
import pulumi_azuread as azuread

from identity.roles import template_id
from identity.units import scoped_roles, unit_name
from reference.municipality import Municipality


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
