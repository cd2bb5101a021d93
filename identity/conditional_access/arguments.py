"""From a policy in force to the inputs of the azuread provider (pulumi_azuread 6.11.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi
import pulumi_azuread as azuread

from identity.conditional_access import mapping
from identity.conditional_access.names import ResolvedNames
from identity.conditional_access.policy import (
    HOURS_A_DAY,
    Conditions,
    EffectivePolicy,
    Grant,
    IncludedUsers,
    Rule,
    Session,
    Users,
)

Ids = list[pulumi.Input[str]]


def policy_arguments(
    policy: EffectivePolicy, display_name: str, names: ResolvedNames
) -> azuread.ConditionalAccessPolicyArgs:
    """The inputs of the policy's resource; every word of the policy is in them."""
    return azuread.ConditionalAccessPolicyArgs(
        display_name=display_name,
        state=mapping.STATES[policy.state],
        conditions=_conditions(policy, names),
        grant_controls=_grant(policy.grant, names) if policy.grant is not None else None,
        session_controls=_session(policy.session) if policy.session is not None else None,
    )


def _conditions(rule: Rule, names: ResolvedNames) -> azuread.ConditionalAccessPolicyConditionsArgs:
    said = rule.conditions
    return azuread.ConditionalAccessPolicyConditionsArgs(
        users=_users(rule, names),
        applications=_applications(rule, names),
        client_applications=azuread.ConditionalAccessPolicyConditionsClientApplicationsArgs(
            included_service_principals=[mapping.OWN_SERVICE_PRINCIPALS]
        )
        if rule.service_principals
        else None,
        client_app_types=[mapping.CLIENTS[client] for client in said.clients] or [mapping.ALL_CLIENTS],
        platforms=_platforms(said),
        locations=_locations(said, names),
        devices=azuread.ConditionalAccessPolicyConditionsDevicesArgs(
            filter=azuread.ConditionalAccessPolicyConditionsDevicesFilterArgs(
                mode=said.devices.mode, rule=said.devices.rule
            )
        )
        if said.devices is not None
        else None,
        sign_in_risk_levels=[mapping.RISKS[risk] for risk in said.sign_in_risk] or None,
        user_risk_levels=[mapping.RISKS[risk] for risk in said.user_risk] or None,
        authentication_flow_transfer_methods=[mapping.FLOWS[flow] for flow in said.flows] or None,
    )


def _users(rule: Rule, names: ResolvedNames) -> azuread.ConditionalAccessPolicyConditionsUsersArgs:
    if rule.users is None:
        return azuread.ConditionalAccessPolicyConditionsUsersArgs(included_users=[mapping.NOBODY])
    include, exclude = rule.users.include, rule.users.exclude
    return azuread.ConditionalAccessPolicyConditionsUsersArgs(
        included_users=_special(include) or None,
        included_groups=_ids(include.groups, names.groups) or None,
        included_roles=_ids(include.roles, names.roles) or None,
        excluded_users=_special(exclude) or None,
        excluded_groups=_ids(exclude.groups, names.groups) or None,
        excluded_roles=_ids(exclude.roles, names.roles) or None,
    )


def _special(users: Users) -> Ids:
    everyone = isinstance(users, IncludedUsers) and users.everyone
    return [*([mapping.EVERYONE] if everyone else []), *([mapping.GUESTS] if users.guests else [])]


def _applications(rule: Rule, names: ResolvedNames) -> azuread.ConditionalAccessPolicyConditionsApplicationsArgs:
    if rule.applications is None:
        return azuread.ConditionalAccessPolicyConditionsApplicationsArgs(
            included_user_actions=[mapping.USER_ACTIONS[action] for action in rule.user_actions]
        )
    return azuread.ConditionalAccessPolicyConditionsApplicationsArgs(
        included_applications=_ids(rule.applications.include, names.applications),
        excluded_applications=_ids(rule.applications.exclude, names.applications) or None,
    )


def _platforms(said: Conditions) -> azuread.ConditionalAccessPolicyConditionsPlatformsArgs | None:
    if said.platforms is None:
        return None
    return azuread.ConditionalAccessPolicyConditionsPlatformsArgs(
        included_platforms=[mapping.PLATFORMS[each] for each in said.platforms.include] or [mapping.ALL_PLATFORMS],
        excluded_platforms=[mapping.PLATFORMS[each] for each in said.platforms.exclude] or None,
    )


def _locations(said: Conditions, names: ResolvedNames) -> azuread.ConditionalAccessPolicyConditionsLocationsArgs | None:
    if said.locations is None:
        return None
    return azuread.ConditionalAccessPolicyConditionsLocationsArgs(
        included_locations=_ids(said.locations.include, names.locations) or [mapping.ANYWHERE],
        excluded_locations=_ids(said.locations.exclude, names.locations) or None,
    )


def _grant(grant: Grant, names: ResolvedNames) -> azuread.ConditionalAccessPolicyGrantControlsArgs:
    built_in = [mapping.CONTROLS[word] for word in mapping.CONTROLS if word in grant.controls]
    strength = next((names.strengths[word] for word in grant.controls if word in names.strengths), None)
    return azuread.ConditionalAccessPolicyGrantControlsArgs(
        # Of a single control both mean the same; OR is what Microsoft's own examples have.
        operator="AND" if len(grant.all_of) > 1 else "OR",
        built_in_controls=built_in or None,
        authentication_strength_policy_id=strength,
    )


def _session(session: Session) -> azuread.ConditionalAccessPolicySessionControlsArgs:
    hours = session.sign_in_frequency_hours
    days = hours is not None and hours >= HOURS_A_DAY
    return azuread.ConditionalAccessPolicySessionControlsArgs(
        sign_in_frequency=hours // HOURS_A_DAY if hours is not None and days else hours,
        sign_in_frequency_period=None if hours is None else "days" if days else "hours",
        sign_in_frequency_interval="everyTime" if session.sign_in_every_time else None,
        persistent_browser_mode=session.persistent_browser,
    )


def _ids(keys: Iterable[str], ids: Mapping[str, pulumi.Input[str]] | Mapping[str, str]) -> Ids:
    return [ids[key] for key in keys]
