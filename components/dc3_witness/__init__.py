"""DC3: the witness and the long-term backup; it runs no production workload (SITE-2)."""

from __future__ import annotations

import pulumi

from components.site import SiteComponent, SiteServices
from reference.architecture import Architecture

SITE = "dc3"


class Witness(SiteComponent):
    """DC3's own cluster carries the witness, its firewalls and the log store; it has no place for a landing zone.

    Args:
        architecture: the architecture, of which DC3's own hosts are made.
        services: what it builds on: the witness cluster, never the active one.
    """

    def __init__(
        self, architecture: Architecture, services: SiteServices, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "ggvv:components:Witness",
            architecture.site(SITE),
            hosts=architecture.hosts_at(SITE),
            array=architecture.storage_address(SITE),
            services=services,
            opts=opts,
        )
        self.register_outputs({})
