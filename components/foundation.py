"""What all sites stand on in vCenter: datacenter, tags, the operators' role, clusters and core switches."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pulumi_vsphere as vsphere

from components.cluster import NewCluster, Platform, existing_platform
from components.landing_zone.access import operator_role
from components.site import SiteServices
from components.tags import TagCatalogue
from network.core import CoreSwitch
from reference.architecture import Architecture, Cluster
from reference.choices import Storage


class Foundation(pulumi.ComponentResource):
    """Made before the sites: hosts join a cluster, and a switch needs its hosts.

    Args:
        architecture: what to make.
        password: gives root's password on new ESXi hosts; asked only if there are any.
    """

    def __init__(
        self,
        architecture: Architecture,
        *,
        password: Callable[[], pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:components:Foundation", "foundation", None, opts)
        self._architecture = architecture
        self._child = pulumi.ResourceOptions(parent=self)
        self._password = password
        self.tags = TagCatalogue(architecture, self._child)
        self.operator_role = operator_role(architecture.choices.platform, self._child).id
        datacenter = self._datacenter()
        self._services: dict[str, SiteServices] = {}
        for cluster in sorted(architecture.clusters, key=lambda cluster: len(cluster.sites)):  # the witness's first
            services = self._cluster_services(cluster, datacenter)
            self._services |= dict.fromkeys(cluster.sites, services)
        self.register_outputs({})

    def services(self, site: str) -> SiteServices:
        """What the site with this id builds on."""
        return self._services[site]

    def _datacenter(self) -> pulumi.Output[str]:
        """The vSphere datacenter of everything new; what exists keeps its own."""
        name = self._architecture.choices.platform
        return vsphere.Datacenter(name, name=name, opts=self._child).moid

    def _cluster_services(self, cluster: Cluster, datacenter: pulumi.Output[str]) -> SiteServices:
        platform = self._platform(cluster, datacenter)
        switch = CoreSwitch(
            f"{cluster.name}-core",
            sites=cluster.sites,
            segments=self._architecture.segments,
            datacenter=platform.datacenter,
            hosts=list(platform.hosts.values()),
            existing=platform.switch,
            opts=self._child,
        )
        folder = vsphere.Folder(
            f"{cluster.name}-machines",
            path=f"{self._architecture.choices.platform}-{cluster.name.removeprefix('ggvv-')}",
            type="vm",
            datacenter_id=platform.datacenter,
            opts=self._child,
        )
        return SiteServices(platform, switch, self.tags, folder.path, self._architecture.choices.storage)

    def _platform(self, cluster: Cluster, datacenter: pulumi.Output[str]) -> Platform:
        existing = self._architecture.choices.zone(cluster.sites[0]).existing if cluster.existing else None
        if existing is not None:
            return existing_platform(cluster, existing, pulumi.InvokeOptions(parent=self))
        return NewCluster(
            cluster,
            hosts=[host for host in self._architecture.esxi_hosts if host.site in cluster.sites],
            datacenter=datacenter,
            password=self._password(),
            thumbprints=self._architecture.choices.host_thumbprints,
            witness=self._vsan_witness(cluster),
            opts=self._child,
        ).platform

    def _vsan_witness(self, cluster: Cluster) -> pulumi.Input[str] | None:
        """DC3's first host, where the stack stretches vSAN over this cluster's zones."""
        if self._architecture.choices.storage is not Storage.VSAN_STRETCHED or len(cluster.sites) == 1:
            return None
        site = next(site.id for site in self._architecture.sites if not site.hosts_workloads)
        return next(iter(self._services[site].platform.hosts.values()))
