"""A landing zone: one municipality's separated place (SEP-1), with the servers of the waves that have moved."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_vsphere as vsphere

from components.active_zone import ActiveZone
from components.cluster import Platform
from components.landing_zone.access import grant
from components.landing_zone.workload import workload
from components.machine import Place
from network.segment import port_group
from reference.architecture import Architecture
from reference.municipality import Municipality

MHZ_PER_VCPU = 1000
"""MHz of CPU that a landing zone may use per vCPU of its servers; keeps one municipality from taking all."""


class LandingZone(pulumi.ComponentResource):
    """Folder, resource pool, segments, storage, access and servers of one municipality, on every active platform.

    Args:
        municipality: whose it is.
        architecture: where its segments and servers come from.
        zones: the active zones; those that share a cluster share the municipality's pool and segments.
        operator_role: id of the role that its own operators get.
    """

    def __init__(
        self,
        municipality: Municipality,
        architecture: Architecture,
        *,
        zones: Sequence[ActiveZone],
        operator_role: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:components:LandingZone", municipality.id, None, opts)
        self.municipality = municipality
        self._architecture = architecture
        self._operator_role = operator_role
        self._child = pulumi.ResourceOptions(parent=self)
        self._servers = [s for s in architecture.deployed if s.municipality == municipality.id]
        self.machines: dict[str, vsphere.VirtualMachine] = {}
        for platform in dict.fromkeys(zone.services.platform.name for zone in zones):
            self._land([zone for zone in zones if zone.services.platform.name == platform])
        self.register_outputs({"servers": len(self.machines)})

    def _land(self, zones: Sequence[ActiveZone]) -> None:
        """Make the municipality's place on the one platform that `zones` share, and its servers there."""
        services = zones[0].services
        platform, own = services.platform, services.tags.tag("municipality", self.municipality.id)
        networks = {
            segment.name: port_group(f"{platform.name}/{segment.name}", segment, services.switch.uuid, self._child).id
            for segment in self._architecture.segments
            if segment.municipality == self.municipality.id and segment.spans
        }
        folder = vsphere.Folder(
            f"{platform.name}/{self.municipality.id}",
            path=pulumi.Output.format("{0}/{1}", services.folder, self.municipality.id),
            type="vm",
            datacenter_id=platform.datacenter,
            tags=[own],
            opts=self._child,
        )
        pool = self._pool(platform, [zone.site.id for zone in zones], own)
        grant(
            f"{platform.name}/{self.municipality.id}", self._principal, self._operator_role, folder, pool, self._child
        )
        for zone in zones:
            store = zone.volume(
                f"{zone.site.id}-{self.municipality.id}", [own, services.tags.tag("zone", zone.site.id)]
            )
            place = Place(pool.id, store, folder.path)
            for server in (s for s in self._servers if s.zone == zone.site.id):
                machine = workload(server, place, networks, services.tags, self._child)
                self.machines[server.name] = machine

    def _pool(self, platform: Platform, sites: Sequence[str], tag: pulumi.Input[str]) -> vsphere.ResourcePool:
        """A pool whose shares and limits follow the municipality's load, so that none starves another."""
        here = [s for s in self._servers if s.zone in sites]
        ram_mib = sum(s.ram_gib for s in here) * 1024
        return vsphere.ResourcePool(
            f"{platform.name}/{self.municipality.id}",
            name=self.municipality.id,
            parent_resource_pool_id=platform.root_pool,
            cpu_share_level="custom",
            cpu_shares=max(1000, sum(s.vcpu for s in here) * 1000),
            cpu_limit=max(1, sum(s.vcpu for s in here)) * MHZ_PER_VCPU,
            memory_share_level="custom",
            memory_shares=max(1024, ram_mib) * 10,
            memory_limit=max(1024, ram_mib + ram_mib // 10),
            tags=[tag],
            opts=self._child,
        )

    @property
    def _principal(self) -> str:
        """The directory group of the municipality's own operators, as vCenter names it."""
        operators = self._architecture.directory.group(f"administrators-tier1/{self.municipality.id}")
        return f"{self._architecture.choices.directory_domain}\\{operators.name}"
