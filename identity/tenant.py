"""The whole of identity in one Entra ID tenant (IDM-1 to IDM-4)."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

from identity.emergency import EmergencyAccess
from identity.enterprise_applications import Applications
from identity.groups import Groups
from identity.hybrid import Hybrid
from identity.plan import IdentityPlan
from identity.privileged_access import PrivilegedAccess
from identity.units import AdministrativeUnits


class Tenant(pulumi.ComponentResource):
    """Groups first, then what refers to them: a real tenant doesn't know a new group everywhere at once."""

    def __init__(self, plan: IdentityPlan, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ggvv:identity:Tenant", plan.platform, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        deployer = azuread.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)).object_id
        groups = Groups(plan.directory, opts=child).ids
        AdministrativeUnits(plan.platform, plan.municipalities, groups=groups, opts=child)
        EmergencyAccess(plan.platform, plan.choices.domain, group=groups["emergency"], opts=child)
        PrivilegedAccess(plan.directory, plan.privileged, groups=groups, domain=plan.choices.domain, opts=child)
        Applications(
            plan.applications,
            plan.directory,
            groups=groups,
            domain=plan.dns_domain,
            tenant_domain=plan.choices.domain,
            deployer=deployer,
            opts=child,
        )
        Hybrid(plan.platform, plan.hybrid, deployer=deployer, opts=child)
        self.register_outputs({})
