"""Privileged access by eligibility (IDM-2): roles and groups that are activated for hours, with approval."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_azuread as azuread

from identity.privileged import Activation, PrivilegedPlan
from identity.roles import template_id
from reference.directory import Directory

_NotifyActivation = azuread.GroupRoleManagementPolicyNotificationRulesEligibleActivationsAdminNotificationsArgs
_NotifyStanding = azuread.GroupRoleManagementPolicyNotificationRulesActiveAssignmentsAdminNotificationsArgs

STANDING_DAYS = 15
"""A membership that is given without activation ends after so many days, the fewest that Entra ID knows."""


class PrivilegedAccess(pulumi.ComponentResource):
    """The rules by which membership is activated, and the roles that it makes one eligible for.

    The directory roles' own rules can't be declared by this provider (identity/manual_steps.yaml).

    Args:
        directory: the groups.
        plan: what `privileged.yaml` declares.
        groups: object id of each group, by its key.
        domain: the tenant's initial domain, for the mailbox that is told.
    """

    def __init__(
        self,
        directory: Directory,
        plan: PrivilegedPlan,
        *,
        groups: Mapping[str, pulumi.Output[str]],
        domain: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ggvv:identity:PrivilegedAccess", directory.platform, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for key, activation in plan.activation_of(directory).items():
            _rules(key, activation, groups, f"{plan.notify}@{domain}", child)
        for eligible in plan.eligible:
            azuread.DirectoryRoleEligibilityScheduleRequest(
                f"{eligible.group}/{eligible.role}",
                role_definition_id=template_id(eligible.role),
                principal_id=groups[directory.group(eligible.group).key],
                directory_scope_id="/",
                justification=eligible.reason,
                opts=child,
            )
        self.register_outputs({"eligible": len(plan.eligible)})


def _rules(
    key: str, activation: Activation, groups: Mapping[str, pulumi.Output[str]], told: str, opts: pulumi.ResourceOptions
) -> azuread.GroupRoleManagementPolicy:
    approver = azuread.GroupRoleManagementPolicyActivationRulesApprovalStagePrimaryApproverArgs(
        object_id=groups[activation.approvers], type="groupMembers"
    )
    return azuread.GroupRoleManagementPolicy(
        key,
        group_id=groups[key],
        role_id="member",
        activation_rules=azuread.GroupRoleManagementPolicyActivationRulesArgs(
            maximum_duration=f"PT{activation.hours}H",
            require_approval=True,
            approval_stage=azuread.GroupRoleManagementPolicyActivationRulesApprovalStageArgs(
                primary_approvers=[approver]
            ),
            require_multifactor_authentication=True,
            require_justification=True,
            require_ticket_info=True,
        ),
        eligible_assignment_rules=azuread.GroupRoleManagementPolicyEligibleAssignmentRulesArgs(
            expiration_required=True, expire_after=f"P{activation.eligible_days}D"
        ),
        active_assignment_rules=azuread.GroupRoleManagementPolicyActiveAssignmentRulesArgs(
            expiration_required=True,
            expire_after=f"P{STANDING_DAYS}D",
            require_justification=True,
            require_multifactor_authentication=True,
        ),
        notification_rules=azuread.GroupRoleManagementPolicyNotificationRulesArgs(
            eligible_activations=azuread.GroupRoleManagementPolicyNotificationRulesEligibleActivationsArgs(
                admin_notifications=_NotifyActivation(
                    default_recipients=True, notification_level="All", additional_recipients=[told]
                )
            ),
            active_assignments=azuread.GroupRoleManagementPolicyNotificationRulesActiveAssignmentsArgs(
                admin_notifications=_NotifyStanding(
                    default_recipients=True, notification_level="All", additional_recipients=[told]
                )
            ),
        ),
        opts=opts,
    )
