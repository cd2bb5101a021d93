"""An active zone (SITE-1): hosts applications and data, and can carry the must-run load alone."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_vsphere as vsphere

from components.site import SiteComponent, SiteServices
from reference.host import Host
from reference.site import Site


class ActiveZone(SiteComponent):
    """What DC1 and DC2 share: infrastructure hosts, storage, and the host group that keeps the zone's load in it.

    Args:
        site: an active site.
        hosts: its infrastructure hosts.
        array: address of its storage array.
        services: what it builds on.
    """

    def __init__(
        self,
        site: Site,
        *,
        hosts: Sequence[Host],
        array: str,
        services: SiteServices,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:components:ActiveZone", site, hosts=hosts, array=array, services=services, opts=opts)
        self.host_group: vsphere.ComputeClusterHostGroup | None = None
        if not services.platform.existing:
            self.host_group = vsphere.ComputeClusterHostGroup(
                f"{site.id}-hosts",
                name=f"{site.id}-hosts",
                compute_cluster_id=services.platform.cluster,
                host_system_ids=[
                    host for name, host in services.platform.hosts.items() if name.startswith(f"{site.id}-")
                ],
                opts=self.child,
            )
        self.register_outputs({})
