"""Whether a policy applies to a sign-in, and if not, the first condition that says so.

Source: Microsoft Learn, "Conditional Access: Conditions" and "Users, groups, agents and workload identities": every
condition must hold, and an exclusion goes before an inclusion. A rule is made into a few functions once, so that an
evaluation looks only at what narrows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from identity.conditional_access.policy import (
    Applications,
    Conditions,
    Locations,
    Platforms,
    Rule,
    Users,
    UserScope,
)
from identity.conditional_access.sign_in import Kind, SignIn
from identity.conditional_access.terms import Location
from identity.conditional_access.vocabulary import UserAction

Test = Callable[[SignIn], str | None]
"""Why the sign-in is not meant, or None where it is."""

ALL_APPLICATIONS = "all"


def tests(rule: Rule, locations: Mapping[str, Location]) -> tuple[Test, ...]:
    """What must be asked to know whether the rule applies, the most telling first."""
    found = [_users(rule.users) if rule.users is not None else _service_principal]
    found.append(_applications(rule.applications) if rule.applications is not None else _actions(rule.user_actions))
    return (*found, *_conditions(rule.conditions, locations))


def first_failing(checks: tuple[Test, ...], sign_in: SignIn) -> str | None:
    """Why the rule doesn't apply to the sign-in, or None where it does."""
    for check in checks:
        reason = check(sign_in)
        if reason is not None:
            return reason
    return None


def _service_principal(sign_in: SignIn) -> str | None:
    return None if sign_in.kind is Kind.SERVICE_PRINCIPAL else "service principals: a user signs in"


def _users(scope: UserScope) -> Test:
    everyone, included, excluded = scope.include.everyone, _among(scope.include), _among(scope.exclude)

    def check(sign_in: SignIn) -> str | None:
        if sign_in.kind is Kind.SERVICE_PRINCIPAL:
            return "users: a service principal signs in"
        left_out = excluded(sign_in)
        if left_out is not None:
            return f"users: excluded as {left_out}"
        return None if everyone or included(sign_in) is not None else "users: not included"

    return check


def _among(users: Users) -> Callable[[SignIn], str | None]:
    """What makes a sign-in's user one of these: guest, a group, or a role."""
    guests, groups, roles = users.guests, frozenset(users.groups), frozenset(users.roles)

    def check(sign_in: SignIn) -> str | None:
        if guests and sign_in.kind is Kind.GUEST:
            return "guest"
        common = groups & sign_in.groups or roles & sign_in.roles
        return min(common) if common else None

    return check


def _applications(applications: Applications) -> Test:
    include, exclude = frozenset(applications.include), frozenset(applications.exclude)
    everything = ALL_APPLICATIONS in include

    def check(sign_in: SignIn) -> str | None:
        if sign_in.user_action is not None:
            return f"applications: {sign_in.user_action} is a user action"
        if sign_in.application in exclude:
            return f"applications: {sign_in.application} is excluded"
        included = everything or sign_in.application in include
        return None if included else f"applications: {sign_in.application} is not included"

    return check


def _actions(actions: tuple[UserAction, ...]) -> Test:
    def check(sign_in: SignIn) -> str | None:
        return None if sign_in.user_action in actions else "user actions: none of these"

    return check


def _conditions(conditions: Conditions, locations: Mapping[str, Location]) -> Iterator[Test]:
    for key, field, wanted in (
        ("clients", "client", conditions.clients),
        ("sign-in risk", "sign_in_risk", conditions.sign_in_risk),
        ("user risk", "user_risk", conditions.user_risk),
        ("flows", "flow", conditions.flows),
    ):
        if wanted:
            yield _one_of(key, field, frozenset(wanted))
    if conditions.platforms is not None:
        yield _platforms(conditions.platforms)
    if conditions.locations is not None:
        yield _locations(conditions.locations, locations)
    if conditions.devices is not None:
        applies = conditions.devices.applies
        yield lambda sign_in: None if applies(sign_in.device) else "devices: the filter leaves this device out"


def _one_of(key: str, field: str, wanted: frozenset[str]) -> Test:
    def check(sign_in: SignIn) -> str | None:
        found = getattr(sign_in, field)
        return None if found in wanted else f"{key}: {found or 'none'}"

    return check


def _platforms(platforms: Platforms) -> Test:
    include, exclude = frozenset(platforms.include), frozenset(platforms.exclude)

    def check(sign_in: SignIn) -> str | None:
        if sign_in.platform in exclude:
            return f"platforms: {sign_in.platform} is excluded"
        return None if not include or sign_in.platform in include else f"platforms: {sign_in.platform} is not included"

    return check


def _locations(condition: Locations, known: Mapping[str, Location]) -> Test:
    include = [(key, known[key]) for key in condition.include]
    exclude = [(key, known[key]) for key in condition.exclude]

    def check(sign_in: SignIn) -> str | None:
        country, trusted = sign_in.country, sign_in.trusted
        for key, location in exclude:
            if location.holds(country, trusted=trusted):
                return f"locations: excluded as {key}"
        if not include or any(location.holds(country, trusted=trusted) for _, location in include):
            return None
        return f"locations: {country or 'no country'} is not included"

    return check
