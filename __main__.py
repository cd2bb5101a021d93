"""The way through: from a stack's choices to resources in vCenter and Entra ID, readable on one screen."""

from datetime import UTC, datetime

import pulumi

from backup import BackupRepository
from components.connection import host_password, vcenter
from components.dc1 import dc1
from components.dc2 import dc2
from components.dc3_witness import Witness
from components.foundation import Foundation
from components.handover import handover
from components.landing_zone import LandingZone
from components.placement import Placement
from components.sdk_pace import take_off_brakes
from components.stack_choices import stack_architecture
from identity.connection import entra, is_trial
from identity.plan import IdentityPlan
from identity.tenant import Tenant
from reference.errors import ArchitectureError


def main() -> None:
    """Deploy the stack's architecture."""
    stack, config = pulumi.get_stack(), pulumi.Config("ggvv")
    architecture = stack_architecture(stack)
    identity = IdentityPlan.of(architecture)
    if identity is not None:
        identity.check_deployable(datetime.now(UTC).date(), trial=is_trial())
        Tenant(identity, opts=pulumi.ResourceOptions(provider=entra(config, stack)))
    vsphere = pulumi.ResourceOptions(provider=vcenter(config, stack))

    foundation = Foundation(architecture, password=lambda: host_password(config, stack), opts=vsphere)
    zones = [
        dc1(architecture, foundation.services("dc1"), vsphere),
        dc2(architecture, foundation.services("dc2"), vsphere),
    ]
    witness = Witness(architecture, foundation.services("dc3"), vsphere)
    landing_zones = [
        LandingZone(municipality, architecture, zones=zones, operator_role=foundation.operator_role, opts=vsphere)
        for municipality in architecture.municipalities
    ]
    for site in (*zones, witness):
        for host in architecture.backup_hosts_at(site.site.id):
            BackupRepository(
                host, capacity_gib=architecture.backup_space_gib(site.site.id), machine=site.machine, opts=vsphere
            )
    Placement(architecture, zones=zones, landing_zones=landing_zones, opts=vsphere)
    pulumi.export("handover", handover(architecture, [*zones, witness], landing_zones))


take_off_brakes()
try:
    main()
except ArchitectureError as mistake:
    raise pulumi.RunError(str(mistake)) from None
