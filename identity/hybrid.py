"""The hybrid part of identity (IDM-1): the application by which the shared AD is synchronised to Entra ID."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pulumi
import pulumi_azuread as azuread

from reference.data import load
from reference.model import Model

SYNCHRONISATION = "synchronisation"


class Access(Model):
    """What the synchronisation asks of one of Microsoft's own services; permissions by name with their ids."""

    application: UUID
    name: str
    permissions: Mapping[str, UUID]


class HybridPlan(Model):
    """What `hybrid.yaml` declares."""

    synchronisation: tuple[Access, ...]


def load_hybrid(folder: Path = Path(__file__).parent) -> HybridPlan:
    """The plan that `hybrid.yaml` declares."""
    return load("hybrid.yaml", HybridPlan, folder)


class Hybrid(pulumi.ComponentResource):
    """The synchronisation's own application, with what it asks for and nothing more.

    An administrator consents to it and puts in its certificate, whose private key never leaves the server that
    synchronises; domains are verified, and agents installed, by hand (identity/manual_steps.yaml).

    Args:
        platform: first part of the application's name.
        plan: what `hybrid.yaml` declares.
        deployer: object id of who deploys, and so owns the application.
    """

    def __init__(
        self,
        platform: str,
        plan: HybridPlan,
        *,
        deployer: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:identity:Hybrid", platform, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        application = azuread.Application(
            SYNCHRONISATION,
            display_name=f"{platform}-{SYNCHRONISATION}",
            description="Entra Connect Sync (IDM-1)",
            owners=[deployer],
            sign_in_audience="AzureADMyOrg",
            required_resource_accesses=[_required(access) for access in plan.synchronisation],
            opts=child,
        )
        azuread.ServicePrincipal(
            SYNCHRONISATION,
            client_id=application.client_id,
            owners=[deployer],
            # No person signs in to it: nobody has a role there.
            app_role_assignment_required=True,
            opts=child,
        )
        self.register_outputs({})


def _required(access: Access) -> azuread.ApplicationRequiredResourceAccessArgs:
    return azuread.ApplicationRequiredResourceAccessArgs(
        resource_app_id=str(access.application),
        resource_accesses=[
            azuread.ApplicationRequiredResourceAccessResourceAccessArgs(id=str(id_), type="Role")
            for id_ in access.permissions.values()
        ],
    )
