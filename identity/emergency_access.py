"""Emergency access in the tenant (IDM-2): cloud-only accounts whose password nobody knows."""

from __future__ import annotations

import secrets

import pulumi
import pulumi_azuread as azuread

from identity.emergency import ACCOUNTS, ROLE, user_principal_name
from identity.roles import template_id

_ALL_CLASSES = "Aa1!"
"""Entra ID wants three of four classes of characters in a password; a random text may lack one."""


class EmergencyAccess(pulumi.ComponentResource):
    """Cloud-only accounts in the group that every policy excludes, with a standing role and a password nobody knows.

    They sign in with FIDO2 keys, which are registered by hand (identity/manual_steps.yaml). The password is drawn at
    the first creation, never shown and never changed by a later run; it is in the state, encrypted, until it is
    renewed by hand.

    Args:
        platform: first part of each account's name.
        domain: the tenant's initial domain, which no federation can take along when it fails.
        group: object id of the group `emergency`.
    """

    def __init__(
        self,
        platform: str,
        domain: str,
        *,
        group: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:identity:EmergencyAccess", platform, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        drawn_once = pulumi.ResourceOptions(parent=self, ignore_changes=["password"])
        for account in ACCOUNTS:
            name = user_principal_name(platform, account, domain)
            user = azuread.User(
                account,
                user_principal_name=name,
                mail_nickname=name.partition("@")[0],
                display_name=f"Emergency access {account[-1]} ({platform})",
                password=secrets.token_urlsafe(48) + _ALL_CLASSES,  # the SDK marks it as a secret
                disable_password_expiration=True,
                show_in_address_list=False,
                opts=drawn_once,
            )
            azuread.GroupMember(account, group_object_id=group, member_object_id=user.object_id, opts=child)
            # To each account, not to the group: nobody becomes Global Administrator by being put into a group.
            azuread.DirectoryRoleAssignment(
                account, role_id=template_id(ROLE), principal_object_id=user.object_id, opts=child
            )
        self.register_outputs({"accounts": len(ACCOUNTS)})
