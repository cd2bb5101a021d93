"""The one thing that crosses from Pulumi to Ansible: the stack output `handover`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_vsphere as vsphere

from components.landing_zone import LandingZone
from components.site import SiteComponent
from reference.architecture import Architecture
from reference.handover import handover_document


def handover(
    architecture: Architecture, sites: Sequence[SiteComponent], landing_zones: Sequence[LandingZone]
) -> pulumi.Output[dict[str, Any]]:
    """The typed document (reference.handover.Handover) with the ids that the deploy gave its machines."""
    machines: dict[str, vsphere.VirtualMachine] = {}
    for site in sites:
        machines |= site.machines
    for landing_zone in landing_zones:
        machines |= landing_zone.machines
    return pulumi.Output.all(**{name: machine.id for name, machine in machines.items()}).apply(
        lambda ids: handover_document(architecture, {name: str(i) for name, i in ids.items()})
    )
