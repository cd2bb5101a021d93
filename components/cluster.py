"""A cluster (CMP-1): new physical nodes under HA and DRS, or an existing cluster that is only looked up (SITE-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from reference.architecture import Cluster
from reference.choices import ExistingPlatform
from reference.host import EsxiHost

ONE_ZONE = 50
"""Per cent of CPU and memory that HA keeps free in a cluster over two zones, so that either can be lost."""


@dataclass(frozen=True)
class Platform:
    """Where the machines of one cluster go; ids are managed object ids, `switch` is a UUID.

    `existing` platforms are never changed: no rules, groups or hosts are added there.
    """

    name: str
    sites: tuple[str, ...]
    existing: bool
    datacenter: pulumi.Input[str]
    cluster: pulumi.Input[str]
    root_pool: pulumi.Input[str]
    hosts: Mapping[str, pulumi.Output[str]]
    datastore: pulumi.Input[str] | None = None
    switch: pulumi.Input[str] | None = None


class NewCluster(pulumi.ComponentResource):
    """New hosts in a new cluster with HA admission control and DRS.

    Args:
        cluster: its name and sites.
        hosts: the ESXi hosts that form it.
        datacenter: the vSphere datacenter's managed object id.
        password: root's password on the hosts.
        thumbprints: of the hosts' certificates by name; a vCenter takes a host without one only if it trusts its
            authority already.
        witness: the host in DC3 that arbitrates a stretched vSAN over the zones; None without vSAN. Only the
            official plugin can stretch, and it wants the hosts before their cluster.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        hosts: Sequence[EsxiHost],
        datacenter: pulumi.Input[str],
        password: pulumi.Input[str],
        thumbprints: Mapping[str, str],
        witness: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:components:Cluster", cluster.name, None, opts)
        share = ONE_ZONE if len(cluster.sites) > 1 else max(1, round(100 / max(1, len(hosts))))
        child = pulumi.ResourceOptions(parent=self)

        def add(
            host: EsxiHost,
            opts: pulumi.ResourceOptions,
            *,
            cluster: pulumi.Input[str] | None = None,
            datacenter: pulumi.Input[str] | None = None,
            cluster_managed: bool | None = None,
        ) -> vsphere.Host:
            return vsphere.Host(
                host.name,
                hostname=host.fqdn,
                username="root",
                password=password,
                thumbprint=thumbprints.get(host.name),
                cluster=cluster,
                datacenter=datacenter,
                cluster_managed=cluster_managed,
                opts=opts,
            )

        self.hosts: dict[str, vsphere.Host] = {}
        if witness is not None:
            self.hosts = {host.name: add(host, child, datacenter=datacenter, cluster_managed=True) for host in hosts}
        made = vsphere.ComputeCluster(
            cluster.name,
            name=cluster.name,
            datacenter_id=datacenter,
            host_managed=None if witness is not None else True,
            host_system_ids=[host.id for host in self.hosts.values()] if witness is not None else None,
            # Hosts that the cluster itself takes in keep the provider from deleting it, unless it may let them go.
            force_evacuate_on_destroy=True if witness is not None else None,
            drs_enabled=True,
            drs_automation_level="fullyAutomated",
            ha_enabled=True,
            ha_host_monitoring="enabled",
            ha_vm_monitoring="vmMonitoringOnly",
            ha_vm_component_protection="enabled",
            ha_datastore_pdl_response="restartAggressive",
            ha_datastore_apd_response="restartConservative",
            ha_host_isolation_response="powerOff",
            ha_admission_control_policy="resourcePercentage",
            ha_admission_control_resource_percentage_auto_compute=False,
            ha_admission_control_resource_percentage_cpu=share,
            ha_admission_control_resource_percentage_memory=share,
            vsan_enabled=True if witness is not None else None,
            vsan_stretched_cluster=self._stretched(cluster.sites, witness) if witness is not None else None,
            opts=child,
        )
        if witness is None:
            under = pulumi.ResourceOptions(parent=made)
            self.hosts = {host.name: add(host, under, cluster=made.id) for host in hosts}
        self.platform = Platform(
            name=cluster.name,
            sites=tuple(cluster.sites),
            existing=False,
            datacenter=datacenter,
            cluster=made.id,
            root_pool=made.resource_pool_id,
            hosts={name: host.id for name, host in self.hosts.items()},
        )
        self.register_outputs({"cluster": made.id})

    def _stretched(
        self, sites: Sequence[str], witness: pulumi.Input[str]
    ) -> vsphere.ComputeClusterVsanStretchedClusterArgs:
        """The zones as fault domains, arbitrated from DC3 (CMP-2, STO-1)."""
        first, second = ([h.id for name, h in self.hosts.items() if name.startswith(f"{site}-")] for site in sites)
        return vsphere.ComputeClusterVsanStretchedClusterArgs(
            preferred_fault_domain_name=sites[0],
            preferred_fault_domain_host_ids=first,
            secondary_fault_domain_name=sites[1],
            secondary_fault_domain_host_ids=second,
            witness_node=witness,
        )


def existing_platform(cluster: Cluster, existing: ExistingPlatform, invoke: pulumi.InvokeOptions) -> Platform:
    """Look up a platform that runs already; nothing of it is created or changed."""
    datacenter = vsphere.get_datacenter(name=existing.datacenter, opts=invoke)
    found = vsphere.get_compute_cluster(name=existing.cluster, datacenter_id=datacenter.id, opts=invoke)
    switch = vsphere.get_distributed_virtual_switch(
        name=existing.distributed_switch, datacenter_id=datacenter.id, opts=invoke
    )
    datastore = vsphere.get_datastore(name=existing.datastore, datacenter_id=datacenter.id, opts=invoke)
    return Platform(
        name=cluster.name,
        sites=tuple(cluster.sites),
        existing=True,
        datacenter=datacenter.id,
        cluster=found.id,
        root_pool=found.resource_pool_id,
        hosts={},
        datastore=datastore.id,
        switch=switch.id,
    )
