"""One resource of each type; `pulumi config set changed true` changes everything that can be changed in place."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

changed = pulumi.Config().get_bool("changed") or False
word = "after" if changed else "before"
me = azuread.get_client_config()
domain = azuread.get_domains(only_initial=True).domains[0].domain_name
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"

group = azuread.Group(
    "group", display_name="try-staff", description=word, security_enabled=True, assignable_to_role=True
)
approvers = azuread.Group(
    "approvers", display_name="try-approvers", mail_nickname="try-approvers", security_enabled=True
)
dynamic = azuread.Group(
    "dynamic",
    display_name="try-dynamic",
    mail_nickname="try-dynamic",
    security_enabled=True,
    types=["DynamicMembership"],
    dynamic_membership=azuread.GroupDynamicMembershipArgs(
        enabled=True, rule='user.department -eq "IT"' if changed else 'user.department -eq "HR"'
    ),
)
user = azuread.User(
    "user",
    user_principal_name=f"try-user@{domain}",
    display_name="Try",
    password=pulumi.Output.secret("Correct-horse-1-battery"),
    department=word,
    disable_password_expiration=True,
    show_in_address_list=False,
)
azuread.GroupMember("member", group_object_id=group.object_id, member_object_id=user.object_id)

unit = azuread.AdministrativeUnit("unit", display_name="try-unit", description=word)
azuread.AdministrativeUnitMember(
    "unit-member", administrative_unit_object_id=unit.object_id, member_object_id=user.object_id
)
helpdesk = azuread.DirectoryRole("helpdesk", template_id=HELPDESK)
azuread.AdministrativeUnitRoleMember(
    "unit-role",
    administrative_unit_object_id=unit.object_id,
    role_object_id=helpdesk.object_id,
    member_object_id=user.object_id,
)
azuread.DirectoryRoleAssignment("reader", role_id=SECURITY_READER, principal_object_id=user.object_id)
azuread.DirectoryRoleEligibilityScheduleRequest(
    "eligible",
    role_definition_id=SECURITY_READER,
    principal_id=group.object_id,
    directory_scope_id="/",
    justification="to try it",
)

trusted = azuread.NamedLocation(
    "trusted",
    display_name="try-trusted",
    ip=azuread.NamedLocationIpArgs(
        ip_ranges=["192.0.2.0/24", "2001:db8::/32", *(["198.51.100.0/24"] if changed else [])], trusted=True
    ),
)
countries = azuread.NamedLocation(
    "countries",
    display_name="try-countries",
    country=azuread.NamedLocationCountryArgs(countries_and_regions=["SE", "NO"] if changed else ["SE"]),
)
strength = azuread.AuthenticationStrengthPolicy(
    "strength",
    display_name="try-strength",
    description=word,
    allowed_combinations=["fido2", "windowsHelloForBusiness"] if changed else ["fido2"],
)
azuread.ConditionalAccessPolicy(
    "policy",
    display_name="try-policy",
    state="enabled" if changed else "enabledForReportingButNotEnforced",
    conditions=azuread.ConditionalAccessPolicyConditionsArgs(
        client_app_types=["all"],
        applications=azuread.ConditionalAccessPolicyConditionsApplicationsArgs(included_applications=["All"]),
        users=azuread.ConditionalAccessPolicyConditionsUsersArgs(
            included_groups=[group.object_id], excluded_groups=[approvers.object_id]
        ),
        locations=azuread.ConditionalAccessPolicyConditionsLocationsArgs(
            included_locations=["All"], excluded_locations=[trusted.object_id, countries.object_id]
        ),
        platforms=azuread.ConditionalAccessPolicyConditionsPlatformsArgs(included_platforms=["windows", "macOS"]),
    ),
    grant_controls=azuread.ConditionalAccessPolicyGrantControlsArgs(
        operator="OR",
        authentication_strength_policy_id=None if changed else strength.id,
        built_in_controls=["mfa", "compliantDevice"] if changed else None,
    ),
    session_controls=azuread.ConditionalAccessPolicySessionControlsArgs(
        persistent_browser_mode="never", sign_in_frequency=4 if changed else 12, sign_in_frequency_period="hours"
    ),
)

ROLE = "0f5a2b52-9d2c-4b7e-8f31-6f2f1d6c0a11"
application = azuread.Application(
    "application",
    display_name="try-application",
    description=word,
    owners=[me.object_id],
    identifier_uris=[f"api://{domain}/try-application"],
    app_roles=[
        azuread.ApplicationAppRoleArgs(
            id=ROLE, display_name="Reader", description=word, value="Reader", allowed_member_types=["User"]
        )
    ],
    web=azuread.ApplicationWebArgs(redirect_uris=["https://try.example.org/cb"]),
    required_resource_accesses=[
        azuread.ApplicationRequiredResourceAccessArgs(
            resource_app_id="00000003-0000-0000-c000-000000000000",
            resource_accesses=[
                azuread.ApplicationRequiredResourceAccessResourceAccessArgs(
                    id="df021288-bdef-4463-88db-98f22de89214", type="Role"
                )
            ],
        )
    ],
)
password = azuread.ApplicationPassword("password", application_id=application.id, display_name="try")
principal = azuread.ServicePrincipal(
    "principal",
    client_id=application.client_id,
    description=word,
    owners=[me.object_id],
    app_role_assignment_required=True,
    preferred_single_sign_on_mode="saml",
    feature_tags=[azuread.ServicePrincipalFeatureTagArgs(enterprise=True, custom_single_sign_on=True)],
)
azuread.ServicePrincipalTokenSigningCertificate(
    "certificate", service_principal_id=principal.id, display_name="CN=try", end_date="2028-01-01T00:00:00Z"
)
azuread.AppRoleAssignment(
    "role", app_role_id=ROLE, principal_object_id=group.object_id, resource_object_id=principal.object_id
)
azuread.GroupRoleManagementPolicy(
    "rules",
    group_id=group.object_id,
    role_id="member",
    activation_rules=azuread.GroupRoleManagementPolicyActivationRulesArgs(
        maximum_duration="PT2H" if changed else "PT4H",
        require_approval=True,
        approval_stage=azuread.GroupRoleManagementPolicyActivationRulesApprovalStageArgs(
            primary_approvers=[
                azuread.GroupRoleManagementPolicyActivationRulesApprovalStagePrimaryApproverArgs(
                    object_id=approvers.object_id, type="groupMembers"
                )
            ]
        ),
        require_justification=True,
    ),
    eligible_assignment_rules=azuread.GroupRoleManagementPolicyEligibleAssignmentRulesArgs(
        expiration_required=True, expire_after="P365D"
    ),
)
azuread.PrivilegedAccessGroupEligibilitySchedule(
    "may-become",
    group_id=group.object_id,
    principal_id=user.object_id,
    assignment_type="member",
    duration="P30D",
    justification=word,
)

found = azuread.get_group_output(object_id=group.object_id)
pulumi.export("found", found.display_name)
pulumi.export("password", password.value)
