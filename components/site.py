"""What every site has in vCenter: its folder and pool for shared infrastructure, its storage, and its own hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from components.cluster import Platform
from components.machine import Machine, Place, virtual_machine
from components.storage import volume, vsan
from components.tags import TagCatalogue
from network.core import CoreSwitch
from reference.choices import Storage
from reference.host import Host, HostRole
from reference.site import Site


@dataclass(frozen=True)
class SiteServices:
    """What a site builds on: the platform of its cluster, the cluster's switch, tags, and the folder of ours."""

    platform: Platform
    switch: CoreSwitch
    tags: TagCatalogue
    folder: pulumi.Input[str]
    storage: Storage


class SiteComponent(pulumi.ComponentResource):
    """A site's shared infrastructure; DC1, DC2 and DC3 differ in role, hosts and what may run there.

    Args:
        kind: the component's type token.
        site: the site.
        hosts: the infrastructure hosts that stand there, each to become a virtual machine.
        array: address of the site's storage array in its storage segment.
        services: what it builds on.
    """

    def __init__(
        self,
        kind: str,
        site: Site,
        *,
        hosts: Sequence[Host],
        array: str,
        services: SiteServices,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(kind, site.id, None, opts)
        self.site = site
        self.services = services
        self.array = array
        self.child = pulumi.ResourceOptions(parent=self)
        pool = vsphere.ResourcePool(
            f"{site.id}-infrastructure",
            name=f"{site.id}-infrastructure",
            parent_resource_pool_id=services.platform.root_pool,
            cpu_share_level="high",
            memory_share_level="high",
            tags=services.tags.of_shared(site.id),
            opts=self.child,
        )
        self.place = Place(
            pool.id, self.volume(f"{site.id}-infrastructure", services.tags.of_shared(site.id)), services.folder
        )
        self.machines: dict[str, vsphere.VirtualMachine] = {}
        for host in hosts:
            self.machine(host, (), self.child)

    def volume(self, name: str, tags: Sequence[pulumi.Input[str]]) -> pulumi.Input[str]:
        """A volume of this site's storage, or the existing or vSAN datastore where the stack says so."""
        platform = self.services.platform
        if platform.datastore is not None:
            return platform.datastore
        if self.services.storage is Storage.VSAN_STRETCHED and len(platform.sites) > 1:
            return vsan(platform, pulumi.InvokeOutputOptions(parent=self))
        return volume(name, array=self.array, platform=platform, tags=tags, opts=self.child)

    def machine(
        self, host: Host, data_disks_gib: tuple[int, ...], opts: pulumi.ResourceOptions
    ) -> vsphere.VirtualMachine:
        """Make the virtual machine of an infrastructure host of this site, with these disks beside its own."""
        machine = Machine(
            name=host.name,
            os=host.os,
            vcpu=host.vcpu,
            ram_gib=host.ram_gib,
            disks_gib=(host.disk_gib, *data_disks_gib),
            networks=self._networks(host),
            tags=self.services.tags.of_shared(self.site.id),
            annotation=f"{host.role}, {host.ipv4}",
        )
        self.machines[host.name] = virtual_machine(machine, self.place, opts)
        return self.machines[host.name]

    def _networks(self, host: Host) -> list[pulumi.Input[str]]:
        switch = self.services.switch
        if host.role is HostRole.FIREWALL:
            return [switch.port_groups[f"{self.site.id}-management"], switch.trunks[self.site.id]]
        return [switch.port_groups[name] for name in host.segments]
