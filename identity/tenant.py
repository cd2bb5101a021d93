"""The whole of identity in one Entra ID tenant (IDM-1 to IDM-4)."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

from identity.administrative_units import AdministrativeUnits
from identity.conditional_access import ResolvedNames
from identity.conditional_access.component import ConditionalAccess
from identity.emergency_access import EmergencyAccess
from identity.enterprise_applications import Applications
from identity.groups import Groups
from identity.plan import IdentityPlan
from identity.privileged_access import PrivilegedAccess
from identity.roles import ROLES
from identity.synchronisation import Hybrid


class Tenant(pulumi.ComponentResource):
    """Groups first, then what refers to them: a real tenant doesn't know a new group everywhere at once.

    No policy is written before the emergency accounts stand and are in the group that it excludes.
    """

    def __init__(self, plan: IdentityPlan, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ggvv:identity:Tenant", plan.platform, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        deployer = azuread.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)).object_id
        made = Groups(plan.directory, deployer=deployer, opts=child)
        groups = made.ids
        AdministrativeUnits(plan.platform, plan.municipalities, groups=groups, opts=child)
        emergency = EmergencyAccess(plan.platform, plan.choices.domain, group=groups["emergency"], opts=child)
        PrivilegedAccess(plan.directory, plan.privileged, groups=groups, domain=plan.choices.domain, opts=child)
        applications = Applications(
            plan.applications,
            plan.directory,
            groups=groups,
            domain=plan.dns_domain,
            tenant_domain=plan.choices.domain,
            deployer=deployer,
            opts=child,
        )
        ConditionalAccess(
            plan.policies,
            choices=plan.choices,
            known=plan.known,
            names=ResolvedNames(
                groups=groups,
                roles={key: str(role.template) for key, role in ROLES.items()},
                applications=applications.client_ids,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[made, emergency]),
        )
        Hybrid(plan.platform, plan.hybrid, deployer=deployer, opts=child)
        self.register_outputs({})
