"""Which machine runs where (CMP-1): each zone's load on the zone's hosts, pairs on different hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_vsphere as vsphere

from components.active_zone import ActiveZone
from components.landing_zone import LandingZone
from reference.architecture import Architecture

Machines = Mapping[str, vsphere.VirtualMachine]


class Placement(pulumi.ComponentResource):
    """DRS groups and rules on the clusters that are ours; an existing cluster is left as it is (SITE-3).

    The zone rule is a wish, not a must: when a zone is lost, HA starts its machines in the other one.

    Args:
        architecture: says which machines are pairs.
        zones: the active zones with their infrastructure.
        landing_zones: the municipalities' servers.
    """

    def __init__(
        self,
        architecture: Architecture,
        *,
        zones: Sequence[ActiveZone],
        landing_zones: Sequence[LandingZone],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:components:Placement", "placement", None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        servers = {name: machine for lz in landing_zones for name, machine in lz.machines.items()}
        clusters: dict[str, dict[str, vsphere.VirtualMachine]] = defaultdict(dict)
        for zone in zones:
            if zone.host_group is None:
                continue
            here = {
                **zone.machines,
                **{s.name: servers[s.name] for s in architecture.deployed if s.zone == zone.site.id},
            }
            clusters[zone.services.platform.name].update(here)
            self._stay(zone, zone.host_group, here)
        platforms = {zone.services.platform.name: zone.services.platform for zone in zones}
        for cluster, machines in clusters.items():
            self._apart(architecture, platforms[cluster].cluster, machines)
        self.register_outputs({})

    def _stay(self, zone: ActiveZone, hosts: vsphere.ComputeClusterHostGroup, machines: Machines) -> None:
        """A zone's machines run on the zone's hosts while it has any."""
        site, cluster = zone.site.id, zone.services.platform.cluster
        group = vsphere.ComputeClusterVmGroup(
            f"{site}-machines",
            name=f"{site}-machines",
            compute_cluster_id=cluster,
            virtual_machine_ids=[machine.id for machine in machines.values()],
            opts=self._child,
        )
        vsphere.ComputeClusterVmHostRule(
            f"{site}-stays",
            name=f"{site}-stays",
            compute_cluster_id=cluster,
            vm_group_name=group.name,
            affinity_host_group_name=hosts.name,
            mandatory=False,
            opts=self._child,
        )

    def _apart(self, architecture: Architecture, cluster: pulumi.Input[str], machines: Machines) -> None:
        """Partners of a pair never share a host; partners on different clusters can't anyway."""
        pairs: dict[str, list[str]] = defaultdict(list)
        members = [(m.pair, m.name) for m in architecture.hosts] + [(s.pair, s.name) for s in architecture.deployed]
        for pair, name in members:
            if pair and name in machines:
                pairs[pair].append(name)
        for pair, names in pairs.items():
            if len(names) > 1:
                vsphere.ComputeClusterVmAntiAffinityRule(
                    f"{pair}-apart",
                    name=f"{pair}-apart",
                    compute_cluster_id=cluster,
                    virtual_machine_ids=[machines[name].id for name in names],
                    mandatory=True,
                    opts=self._child,
                )
