"""Who may work in a landing zone: the municipality's own operators, there and nowhere else (SEP-1)."""

from __future__ import annotations

import pulumi
import pulumi_vsphere as vsphere

OPERATOR_PRIVILEGES = sorted(
    [
        "VirtualMachine.Interact.ConsoleInteract",
        "VirtualMachine.Interact.PowerOff",
        "VirtualMachine.Interact.PowerOn",
        "VirtualMachine.Interact.Reset",
        "VirtualMachine.State.CreateSnapshot",
        "VirtualMachine.State.RemoveSnapshot",
        "VirtualMachine.State.RevertToSnapshot",
    ]
)
"""Least privilege: run one's own servers; no networks, storage, hosts, or changes of hardware.

vCenter itself adds System.Anonymous, System.Read and System.View to every role.
"""


def operator_role(platform: str, opts: pulumi.ResourceOptions) -> vsphere.Role:
    """The role that every municipality's operators get in their own landing zone."""
    name = f"{platform}-municipality-operator"
    return vsphere.Role(name, name=name, role_privileges=OPERATOR_PRIVILEGES, opts=opts)


def grant(
    name: str,
    principal: str,
    role: pulumi.Input[str],
    folder: vsphere.Folder,
    pool: vsphere.ResourcePool,
    opts: pulumi.ResourceOptions,
) -> None:
    """Give the directory group `principal` (never a person) the role on a landing zone's folder and pool."""
    for kind, entity in (("Folder", folder.id), ("ResourcePool", pool.id)):
        vsphere.EntityPermissions(
            f"{name}/{kind}",
            entity_id=entity,
            entity_type=kind,
            permissions=[
                vsphere.EntityPermissionsPermissionArgs(
                    user_or_group=principal, is_group=True, propagate=True, role_id=role
                )
            ],
            opts=opts,
        )
