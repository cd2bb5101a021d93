"""A segment in vSphere: one distributed port group with its VLAN, closed against spoofing."""

from __future__ import annotations

import pulumi
import pulumi_vsphere as vsphere

from reference.segment import Segment

CLOSED = False
"""What every security policy is set to: no guest sees frames of others, forges a sender or changes its address

(promiscuous mode, forged transmits, MAC changes; CIS VMware ESXi benchmark, virtual networking; SEP-1).
"""


def port_group(
    name: str, segment: Segment, switch: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> vsphere.DistributedPortGroup:
    """Make the port group of `segment` on `switch` (its UUID); `name` is the resource's own name."""
    return vsphere.DistributedPortGroup(
        name,
        name=segment.name,
        distributed_virtual_switch_uuid=switch,
        vlan_id=segment.vlan,
        description=f"{segment.zone}: {segment.ipv4}, {segment.ipv6}",
        block_override_allowed=False,
        allow_promiscuous=CLOSED,
        allow_forged_transmits=CLOSED,
        allow_mac_changes=CLOSED,
        opts=opts,
    )


def trunk(
    name: str, segments: list[Segment], switch: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> vsphere.DistributedPortGroup:
    """Make the port group through which a firewall reaches `segments`: exactly their VLANs, no others.

    A virtual machine has at most ten network cards (VMware configuration maximums), so a firewall takes
    its segments as tagged VLANs over one.
    """
    ranges = [
        vsphere.DistributedPortGroupVlanRangeArgs(min_vlan=vlan, max_vlan=vlan)
        for vlan in sorted(segment.vlan for segment in segments)
    ]
    return vsphere.DistributedPortGroup(
        name,
        name=name,
        distributed_virtual_switch_uuid=switch,
        vlan_ranges=ranges,
        description="firewall trunk",
        block_override_allowed=False,
        allow_promiscuous=CLOSED,
        allow_forged_transmits=CLOSED,
        allow_mac_changes=CLOSED,
        opts=opts,
    )
