"""The core switch of one cluster (NET-1): uplinks over both fabrics, and the segments that its sites need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_vsphere as vsphere

from network.segment import CLOSED, port_group, trunk
from reference.segment import Scope, Segment

UPLINKS = ("fabric-a", "fabric-b")
"""Two uplinks on disjoint fabrics: one lost, traffic goes on (NET-1)."""

DEVICES = ("vmnic0", "vmnic1")
"""The hosts' physical cards behind the uplinks, in the same order."""

JUMBO_MTU = 9000
"""Bytes; storage and vMotion traffic ride the same switch."""


class CoreSwitch(pulumi.ComponentResource):
    """A distributed switch over the hosts of one cluster, with a port group for each site's and shared segment.

    An existing switch is only looked up (SITE-3): then `existing` is its UUID, and the new segments are
    added beside its own.

    Args:
        name: the switch's name.
        sites: the sites that the cluster spans.
        segments: all segments of the architecture.
        datacenter: the vSphere datacenter's managed object id.
        hosts: managed object ids of the cluster's hosts.
        existing: UUID of a switch that is there already.
    """

    def __init__(
        self,
        name: str,
        *,
        sites: Sequence[str],
        segments: Sequence[Segment],
        datacenter: pulumi.Input[str],
        hosts: Sequence[pulumi.Input[str]],
        existing: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:network:CoreSwitch", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self.name = name
        self.uuid: pulumi.Input[str] = existing or self._switch(name, datacenter, hosts).id
        spanned = [segment for segment in segments if set(segment.spans) & set(sites)]
        own = [segment for segment in spanned if segment.scope is not Scope.MUNICIPALITY]
        self.port_groups: Mapping[str, pulumi.Output[str]] = {
            segment.name: port_group(f"{name}/{segment.name}", segment, self.uuid, self._child).id for segment in own
        }
        self.trunks: Mapping[str, pulumi.Output[str]] = {
            site: trunk(f"{site}-firewall-trunk", [s for s in spanned if site in s.spans], self.uuid, self._child).id
            for site in sites
        }
        self.register_outputs({"uuid": self.uuid})

    def _switch(
        self, name: str, datacenter: pulumi.Input[str], hosts: Sequence[pulumi.Input[str]]
    ) -> vsphere.DistributedVirtualSwitch:
        return vsphere.DistributedVirtualSwitch(
            name,
            name=name,
            datacenter_id=datacenter,
            uplinks=list(UPLINKS),
            active_uplinks=list(UPLINKS),
            standby_uplinks=[],
            teaming_policy="loadbalance_srcid",
            check_beacon=False,
            failback=True,
            notify_switches=True,
            max_mtu=JUMBO_MTU,
            link_discovery_protocol="lldp",
            link_discovery_operation="both",
            network_resource_control_enabled=True,
            network_resource_control_version="version3",
            hosts=[
                vsphere.DistributedVirtualSwitchHostArgs(host_system_id=host, devices=list(DEVICES)) for host in hosts
            ],
            allow_promiscuous=CLOSED,
            allow_forged_transmits=CLOSED,
            allow_mac_changes=CLOSED,
            opts=self._child,
        )
