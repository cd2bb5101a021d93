"""A virtual machine as this architecture makes all of them: same hardware, same settings, no surprise diffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

MIB_PER_GIB = 1024
GUEST_IDS = {
    "windows-server-2016": "windows9Server64Guest",
    "windows-server-2019": "windows2019srv_64Guest",
    "windows-server-2022": "windows2019srvNext_64Guest",
    "windows-server-2025": "windows2022srvNext_64Guest",
    "debian-12": "debian11_64Guest",
    "ubuntu-22.04": "ubuntu64Guest",
    "ubuntu-24.04": "ubuntu64Guest",
    "rhel-8": "rhel8_64Guest",
    "rhel-9": "rhel9_64Guest",
}
"""vSphere's guest id by operating system (VirtualMachineGuestOsIdentifier, vSphere Web Services API)."""
OTHER_GUEST = "otherGuest64"


@dataclass(frozen=True)
class Place:
    """Where a machine stands: resource pool and datastore by id, folder by its path under the datacenter."""

    pool: pulumi.Input[str]
    datastore: pulumi.Input[str]
    folder: pulumi.Input[str]


@dataclass(frozen=True)
class Machine:
    """What a machine is: vCPU, RAM and disks in GiB, and the port groups of its cards in order."""

    name: str
    os: str
    vcpu: int
    ram_gib: int
    disks_gib: tuple[int, ...]
    networks: Sequence[pulumi.Input[str]]
    tags: Sequence[pulumi.Input[str]]
    annotation: str


def virtual_machine(machine: Machine, place: Place, opts: pulumi.ResourceOptions) -> vsphere.VirtualMachine:
    """Make the machine.

    Guest timeouts are 0 because nothing is installed in a new machine yet; the execution modes and time
    synchronisation are set because a real vCenter reports its defaults as a difference otherwise.
    """
    return vsphere.VirtualMachine(
        machine.name,
        name=machine.name,
        resource_pool_id=place.pool,
        datastore_id=place.datastore,
        folder=place.folder,
        num_cpus=machine.vcpu,
        memory=machine.ram_gib * MIB_PER_GIB,
        guest_id=GUEST_IDS.get(machine.os, OTHER_GUEST),
        firmware="efi",
        scsi_type="pvscsi",
        disks=[
            vsphere.VirtualMachineDiskArgs(label=f"disk{unit}", size=size, unit_number=unit, thin_provisioned=True)
            for unit, size in enumerate(machine.disks_gib)
        ],
        network_interfaces=[
            vsphere.VirtualMachineNetworkInterfaceArgs(network_id=network, adapter_type="vmxnet3")
            for network in machine.networks
        ],
        annotation=machine.annotation,
        tags=list(machine.tags),
        ept_rvi_mode="automatic",
        hv_mode="hvAuto",
        sync_time_with_host=True,
        wait_for_guest_net_timeout=0,
        wait_for_guest_ip_timeout=0,
        opts=opts,
    )
