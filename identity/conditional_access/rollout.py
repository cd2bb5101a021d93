"""From declared policies to what is in force, as far as a stack has rolled them out (MIG-1's spirit)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from identity.conditional_access.lockout import refuse_lockout
from identity.conditional_access.names import PILOT_GROUP, KnownNames
from identity.conditional_access.policy import EffectivePolicy, IncludedUsers, Policy, Rule, UserScope
from identity.conditional_access.vocabulary import State
from reference.errors import refuse
from reference.identity_choices import IdentityChoices, Rollout

_STATES = {
    Rollout.OFF: State.DISABLED,
    Rollout.REPORT_ONLY: State.REPORT_ONLY,
    Rollout.PILOT: State.ENABLED,
    Rollout.ENFORCED: State.ENABLED,
}


def in_force(policies: Iterable[Policy], choices: IdentityChoices, known: KnownNames) -> tuple[EffectivePolicy, ...]:
    """The policies as the stack has them rolled out.

    Raises:
        reference.errors.ArchitectureError: the stack names a policy that there is not, pilots one that can't be, or
            would keep everybody out.
    """
    declared = tuple(policies)
    rollouts = {each.id: choices.rollout(each.id, each.wave, each.rollout) for each in declared}
    refuse(
        [
            *_unknown(choices.policies, rollouts),
            *(_no_pilot(each) for each in declared if rollouts[each.id] is Rollout.PILOT and not can_be_piloted(each)),
        ]
    )
    rolled_out = tuple(effective(each, rollouts[each.id]) for each in declared)
    refuse_lockout(rolled_out, known)
    return rolled_out


def fully_enforced(policies: Iterable[Policy]) -> tuple[EffectivePolicy, ...]:
    """The policies as they are in the end: all enforced."""
    return tuple(effective(each, Rollout.ENFORCED) for each in policies)


def effective(policy: Policy, rollout: Rollout) -> EffectivePolicy:
    """The policy rolled out so far; in a pilot it is about the pilot group, with the same exclusions."""
    said = {field: getattr(policy, field) for field in Rule.model_fields}
    if rollout is Rollout.PILOT and policy.users is not None:
        said["users"] = UserScope(include=IncludedUsers(groups=(PILOT_GROUP,)), exclude=policy.users.exclude)
    return EffectivePolicy(id=policy.id, state=_STATES[rollout], **said)


def can_be_piloted(policy: Policy) -> bool:
    """Whether the pilot group can stand for those that the policy is about: it has no guests and no applications."""
    return policy.users is not None and policy.users.include != IncludedUsers(guests=True)


def _no_pilot(policy: Policy) -> str:
    about = "guests" if policy.users is not None else "service principals"
    return (
        f"`ggvv:identity.policies.{policy.id}`: found pilot, but {policy.id} is about {about}, and the pilot group has "
        f"none; right is off, report-only or enforced; set it there, even where the wave {policy.wave} is in pilot"
    )


def _unknown(named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    ids = sorted(known)
    for name in named:
        if name not in ids:
            close = difflib.get_close_matches(name, ids, n=1)
            hint = f"did you mean {close[0]}?" if close else "correct or remove it"
            yield f"`ggvv:identity.policies.{name}`: no policy has this id; right is one of {', '.join(ids)}; {hint}"
