"""What was read of a tenant in which everything is as declared, part by part (identity/checks/reads.yaml)."""

from __future__ import annotations

from typing import Any

from identity.conditional_access import mapping
from identity.plan import IdentityPlan
from identity.privileged import Activation
from identity.roles import ROLES, template_id
from identity.units import scoped_roles, unit_name
from reference.directory import Group
from tests.snapshot.ids import id_of
from tests.snapshot.policies import policy_json

DEPLOYER = {
    "@odata.type": "#microsoft.graph.servicePrincipal",
    "id": id_of("principal", "deployer"),
    "displayName": "Deployment",
}


def parts_of(plan: IdentityPlan) -> dict[str, Any]:
    groups = [_group(group) for group in plan.directory.groups]
    parts: dict[str, Any] = {
        "policies": [policy_json(plan, each) for each in plan.effective],
        "locations": _locations(plan),
        "strengths": _strengths(plan),
        "security-defaults": [{"isEnabled": False}],
        "groups": groups,
        "accounts": _accounts(plan),
        "units": [{"id": id_of("unit", m.id), "displayName": unit_name(plan.platform, m)} for m in plan.municipalities],
        "role-templates": [{"id": str(role.template), "displayName": key} for key, role in ROLES.items()],
        "role-assignments": [
            {
                "principalId": each["id"],
                "roleDefinitionId": template_id("global-administrator"),
                "directoryScopeId": "/",
            }
            for each in _accounts(plan)
        ],
        "role-schedules": [],
        "role-eligibilities": _eligibilities(plan),
        "service-principals": _principals(plan),
    }
    activations = plan.privileged.activation_of(plan.directory)
    for group in plan.directory.groups:
        if group.role_assignable:
            id_ = id_of("group", group.key)
            parts[f"members/{id_}"] = []
            parts[f"owners/{id_}"] = [DEPLOYER]
            parts[f"membership-schedules/{id_}"] = []
            parts[f"activation-rules/{id_}"] = _rules(activations[group.key]) if group.key in activations else []
    parts[f"members/{id_of('group', 'emergency')}"] = _accounts(plan)
    for application in plan.applications:
        parts[f"application-owners/{id_of('principal', application.key)}"] = [DEPLOYER]
        parts[f"application-assignments/{id_of('principal', application.key)}"] = [
            {"principalId": id_of("group", group.key), "appRoleId": application.role_id(role)}
            for role in application.roles
            for name in role.groups
            for group in plan.directory.select(name)
        ]
    return parts


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": id_of("group", group.key),
        "displayName": group.name,
        "securityEnabled": True,
        "isAssignableToRole": group.role_assignable or None,
        "groupTypes": ["DynamicMembership"] if group.rule else [],
        "membershipRule": group.rule,
        "membershipRuleProcessingState": "On" if group.rule else None,
    }


def _accounts(plan: IdentityPlan) -> list[dict[str, Any]]:
    return [
        {
            "id": id_of("user", number),
            "userPrincipalName": f"{plan.platform}-emergency-{number}@{plan.choices.domain}",
            "accountEnabled": True,
            "userType": "Member",
            "onPremisesSyncEnabled": None,
        }
        for number in ("1", "2")
    ]


def _eligibilities(plan: IdentityPlan) -> list[dict[str, Any]]:
    whole = [(each.group, each.role, "/") for each in plan.privileged.eligible]
    units = [
        (f"{scoped.group}/{m.id}", scoped.role, f"/administrativeUnits/{id_of('unit', m.id)}")
        for m in plan.municipalities
        for scoped in scoped_roles()
    ]
    return [
        {"principalId": id_of("group", group), "roleDefinitionId": template_id(role), "directoryScopeId": scope}
        for group, role, scope in (*whole, *units)
    ]


def _rules(activation: Activation) -> list[dict[str, Any]]:
    approver = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": id_of("group", activation.approvers)}
    rules = [
        {"id": "Expiration_EndUser_Assignment", "maximumDuration": f"PT{activation.hours}H"},
        {
            "id": "Enablement_EndUser_Assignment",
            "enabledRules": ["MultiFactorAuthentication", "Justification", "Ticketing"],
        },
        {
            "id": "Approval_EndUser_Assignment",
            "setting": {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": [approver]}]},
        },
        {
            "id": "Expiration_Admin_Eligibility",
            "isExpirationRequired": True,
            "maximumDuration": f"P{activation.eligible_days}D",
        },
    ]
    return [{"roleDefinitionId": "member", "policy": {"rules": rules}}]


def _principals(plan: IdentityPlan) -> list[dict[str, Any]]:
    return [
        {
            "id": id_of("principal", each.key),
            "appId": id_of("client", each.key),
            "displayName": f"{plan.platform}-{each.key}",
            "accountEnabled": True,
            "appRoleAssignmentRequired": True,
            "keyCredentials": certificate(str(each.certificate_ends)) if each.certificate_ends else [],
        }
        for each in plan.applications
    ]


def certificate(ends: str) -> list[dict[str, str]]:
    """A signing certificate as Graph tells it: the key that verifies, and the one that signs."""
    return [{"usage": usage, "endDateTime": f"{ends}T00:00:00Z"} for usage in ("Verify", "Sign")]


def _locations(plan: IdentityPlan) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for key, location in plan.known.locations.items():
        about: dict[str, Any] = {"id": id_of("location", key), "displayName": f"{plan.platform} {key}"}
        if location.kind == "egress":
            ranges = [{"cidrAddress": str(prefix)} for prefix in plan.choices.trusted_egress]
            made.append({**about, "isTrusted": True, "ipRanges": ranges})
        else:
            countries = list(location.countries)
            made.append({**about, "countriesAndRegions": countries, "includeUnknownCountriesAndRegions": False})
    return made


def _strengths(plan: IdentityPlan) -> list[dict[str, Any]]:
    return [
        {
            "id": id_of("strength", key),
            "displayName": f"{plan.platform} {key}",
            "allowedCombinations": [mapping.METHODS[method] for method in strength.methods],
        }
        for key, strength in plan.known.strengths.items()
    ]
