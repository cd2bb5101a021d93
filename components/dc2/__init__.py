"""DC2: an active zone (SITE-1). What differs from its twin is stated here and in the stack file, nowhere else."""

from __future__ import annotations

import pulumi

from components.active_zone import ActiveZone
from components.site import SiteServices
from reference.architecture import Architecture

SITE = "dc2"


def dc2(architecture: Architecture, services: SiteServices, opts: pulumi.ResourceOptions | None = None) -> ActiveZone:
    """Declare DC2."""
    return ActiveZone(
        architecture.site(SITE),
        hosts=architecture.hosts_at(SITE),
        array=architecture.storage_address(SITE),
        services=services,
        opts=opts,
    )
