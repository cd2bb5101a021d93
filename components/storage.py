"""Central storage (STO-1): volumes of a site's array, mounted by every host of the cluster."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_vsphere as vsphere

from components.cluster import Platform

VSAN_DATASTORE = "vsanDatastore"
"""The one datastore that vSAN makes for a cluster (VMware's fixed name)."""


def volume(
    name: str,
    *,
    array: str,
    platform: Platform,
    tags: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Mount the volume `name` of the array at address `array` and return the datastore's id.

    All hosts of a stretched cluster mount the volumes of both zones, so that either zone can start the
    other's machines from the synchronised copy.
    """
    datastore = vsphere.NasDatastore(
        name,
        name=name,
        type="NFS41",
        remote_hosts=[array],
        remote_path=f"/{name}",
        access_mode="readWrite",
        security_type="AUTH_SYS",
        host_system_ids=list(platform.hosts.values()),
        tags=list(tags),
        opts=opts,
    )
    return datastore.id


def vsan(platform: Platform, invoke: pulumi.InvokeOutputOptions) -> pulumi.Output[str]:
    """Look up the vSAN datastore of a stretched cluster; known once the cluster is there."""
    datacenter = pulumi.Output.all(platform.datacenter, platform.cluster).apply(lambda ids: str(ids[0]))
    return vsphere.get_datastore_output(name=VSAN_DATASTORE, datacenter_id=datacenter, opts=invoke).id
