"""The synchronisation of the shared AD in the tenant (IDM-1): its own application, and what it asks for."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

from identity.hybrid import SYNCHRONISATION, Access, HybridPlan


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
