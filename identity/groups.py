"""The directory's groups as Entra ID security groups (IDM-1)."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_azuread as azuread

from reference.directory import Directory, Group


class Groups(pulumi.ComponentResource):
    """Every group that the directory declares; assigned ones have no members from here.

    Who is a member of an assigned group is decided by people or by privileged identity management, so members are not
    declared and never taken away by a run. A group that can hold roles has no owner but who deploys: an owner adds
    members, and so itself (Microsoft Entra: Use groups to manage role assignments).

    Args:
        directory: the groups.
        deployer: object id of who deploys.

    Attributes:
        ids: object id of each group, by its key.
    """

    ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self, directory: Directory, *, deployer: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ggvv:identity:Groups", directory.platform, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.ids = {group.key: _group(group, deployer, child).object_id for group in directory.groups}
        self.register_outputs({"groups": len(self.ids)})


def _group(group: Group, deployer: pulumi.Input[str], opts: pulumi.ResourceOptions) -> azuread.Group:
    rule = group.rule
    return azuread.Group(
        group.key,
        display_name=group.name,
        description=group.description,
        # Entra ID wants an alias even without a mailbox; being unique, it is also how one group is told from another.
        mail_nickname=group.name,
        security_enabled=True,
        assignable_to_role=group.role_assignable,
        owners=[deployer] if group.role_assignable else None,
        types=["DynamicMembership"] if rule else None,
        dynamic_membership=azuread.GroupDynamicMembershipArgs(enabled=True, rule=rule) if rule else None,
        opts=opts,
    )
