"""A backup repository: short-term in DC1 and DC2 (BAK-1), the long-term vault in DC3 (BAK-2)."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pulumi_vsphere as vsphere

from reference.host import Host

LARGEST_DISK_GIB = 62 * 1024
"""The largest virtual disk of vSphere, in GiB (VMware configuration maximums: 62 TiB)."""


def data_disks(capacity_gib: int) -> tuple[int, ...]:
    """Split a repository's capacity into as few virtual disks as vSphere allows, in GiB each."""
    full, rest = divmod(capacity_gib, LARGEST_DISK_GIB)
    return (LARGEST_DISK_GIB,) * full + ((rest,) if rest else ())


class BackupRepository(pulumi.ComponentResource):
    """The machine that keeps a site's backups, with data disks for the space that the plan needs.

    Args:
        host: the backup server or the vault.
        capacity_gib: the space for backups, GiB, from the capacity plan (CAP-1).
        machine: makes the virtual machine of a host with these further disks, under this component.
    """

    def __init__(
        self,
        host: Host,
        *,
        capacity_gib: int,
        machine: Callable[[Host, tuple[int, ...], pulumi.ResourceOptions], vsphere.VirtualMachine],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:backup:BackupRepository", host.name, None, opts)
        self.host = host
        self.machine = machine(host, data_disks(capacity_gib), pulumi.ResourceOptions(parent=self))
        self.register_outputs({"machine": self.machine.id})
