"""One server of a municipality in its landing zone."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_vsphere as vsphere

from components.machine import Machine, Place, virtual_machine
from components.tags import TagCatalogue
from reference.server import Server


def workload(
    server: Server,
    place: Place,
    networks: Mapping[str, pulumi.Input[str]],
    tags: TagCatalogue,
    opts: pulumi.ResourceOptions,
) -> vsphere.VirtualMachine:
    """Make the server's machine on its tier's segment; the annotation says what an operator asks first."""
    machine = Machine(
        name=server.name,
        os=server.os,
        vcpu=server.vcpu,
        ram_gib=server.ram_gib,
        disks_gib=(server.disk_gib,),
        networks=[networks[server.segment]],
        tags=tags.of_server(server),
        annotation=f"{server.municipality}, {server.tier}, {server.criticality}, K/R/T {server.krt}, {server.ipv4}",
    )
    return virtual_machine(machine, place, opts)
