"""What Entra ID would refuse, or take and not do: said before anything is written.

Sources, Microsoft Learn: "Conditional Access: Target resources" (user actions), "Conditional Access: Grant" (password
change, strengths), "Conditional Access: Session" (persistent browser), "Conditional Access for workload identities".
"""

from __future__ import annotations

from collections.abc import Iterator

from identity.conditional_access.matching import ALL_APPLICATIONS
from identity.conditional_access.names import KnownNames
from identity.conditional_access.policy import Conditions, Policy
from identity.conditional_access.vocabulary import Control, UserAction


def limits(policy: Policy, known: KnownNames) -> Iterator[str]:
    """What the policy asks for in vain, one sentence each."""
    yield from _family(policy)
    yield from _grant(policy, known)
    yield from _registration(policy, known)
    yield from _service_principals(policy)
    session = policy.session
    if session is not None and session.persistent_browser is not None and not _about_all(policy):
        yield (
            "`session.persistent_browser`: is said of some applications only; right is of all, since a browser has one "
            "session for all of them; set `applications.include` to [all], or remove it"
        )


def _family(policy: Policy) -> Iterator[str]:
    conditions, controls = policy.conditions, policy.grant.controls if policy.grant is not None else ()
    devices = {Control.COMPLIANT_DEVICE, Control.JOINED_DEVICE} & {*controls}
    says = {
        "CAU": True,
        "CAD": bool(devices or conditions.devices or conditions.platforms)
        or UserAction.REGISTER_DEVICE in policy.user_actions,
        "CAL": conditions.locations is not None,
        "CAP": bool(conditions.clients or conditions.flows),
    }
    about = {"CAD": "devices", "CAL": "locations", "CAP": "clients or flows"}
    family = policy.id[:3]
    if not says[family]:
        yield (
            f"`id`: found {policy.id}, but the policy says nothing of {about[family]}; right is an id of the family "
            "that it belongs to; change the id and the file's name"
        )


def _grant(policy: Policy, known: KnownNames) -> Iterator[str]:
    grant = policy.grant
    if grant is None:
        return
    strengths = [word for word in grant.controls if word in known.strengths]
    if len(strengths) > 1 or (strengths and Control.MFA in grant.controls):
        yield (
            f"`grant`: found {', '.join(grant.controls)}; right is one strength, and no mfa beside it, as Graph holds "
            "one strength and takes mfa for another; remove the weaker one"
        )
    if Control.PASSWORD_CHANGE in grant.controls:
        if {*grant.all_of} != {Control.MFA, Control.PASSWORD_CHANGE}:
            yield (
                f"`grant`: found {', '.join(grant.controls)}; right is all_of mfa and password-change, since only who "
                "passes MFA may choose a new password; correct the grant"
            )
        if not policy.conditions.user_risk or not _about_all(policy):
            yield (
                "`grant`: password-change is for accounts at risk, at all applications; right is "
                "`conditions.user_risk` and `applications.include: [all]`; add them"
            )


def _registration(policy: Policy, known: KnownNames) -> Iterator[str]:
    if UserAction.REGISTER_DEVICE not in policy.user_actions:
        return
    allowed = {Control.MFA, *known.strengths}
    controls = policy.grant.controls if policy.grant is not None else ()
    if not controls or not allowed.issuperset(controls):
        yield (
            f"`grant`: found {', '.join(controls) or 'none'}; right is mfa or a strength: a device that is being "
            "registered can't be asked for anything else; correct the grant"
        )
    if policy.conditions.clients or policy.conditions.devices is not None:
        yield "`conditions`: clients and devices are not known while a device is registered; remove them"


def _service_principals(policy: Policy) -> Iterator[str]:
    if policy.service_principals is None:
        return
    if policy.grant is None or not policy.grant.blocks or policy.session is not None:
        yield "`grant`: service principals can only be blocked; right is all_of: [block] with no session; correct it"
    if policy.conditions.model_copy(update={"locations": None}) != Conditions() or not _about_all(policy):
        yield (
            "`conditions`: service principals are known by location only, at all applications; right is "
            "`conditions.locations` and `applications.include: [all]`; remove the rest"
        )


def _about_all(policy: Policy) -> bool:
    return policy.applications is not None and ALL_APPLICATIONS in policy.applications.include
