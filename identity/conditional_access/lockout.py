"""Refuses policies that would leave nobody able to work: the evaluator is asked before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identity.conditional_access.device_filter import Device
from identity.conditional_access.evaluator import Outcome, Verdict, WhatIf
from identity.conditional_access.names import PILOT_GROUP, KnownNames
from identity.conditional_access.policy import EffectivePolicy
from identity.conditional_access.sign_in import SignIn
from identity.conditional_access.vocabulary import Method, Trust
from reference.errors import refuse

_BEST_DEVICE = Device(trust=Trust.HYBRID, compliant=True, ownership="company")
_WORKSTATION = _BEST_DEVICE.model_copy(update={"kind": "privileged"})


def refuse_lockout(policies: Iterable[EffectivePolicy], known: KnownNames) -> None:
    """Refuse policies that keep out staff or administrators who bring the best that there is.

    Staff of every municipality must get to Office 365, and the platform's administrators to the admin portals, at work,
    on a managed device, with a FIDO2 key.

    Raises:
        reference.errors.ArchitectureError: one sentence for each that is kept out, with the policies that do it.
    """
    what_if = WhatIf(policies, locations=known.locations, strengths=known.strengths)
    refuse(
        f"{who} could not sign in to {sign_in.application} any more, even at work, on a managed device and with a "
        f"FIDO2 key: {_stopped(verdict)}; right is a way in for them; narrow or exclude"
        for who, sign_in in must_get_in(known)
        if not (verdict := what_if.evaluate(sign_in)).admitted
    )


def must_get_in(known: KnownNames) -> Iterator[tuple[str, SignIn]]:
    """Who must always get in, in words, and the sign-in: from the best place, with the best device and method."""
    for group in known.directory.select("staff"):
        for groups in (frozenset({group.key}), frozenset({group.key, PILOT_GROUP})):
            yield f"staff ({', '.join(sorted(groups))})", _at_work(groups, "office365", _BEST_DEVICE)
    administrators = frozenset({known.directory.group("platform").key})
    yield "administrators (platform)", _at_work(administrators, "admin-portals", _WORKSTATION)


def _at_work(groups: frozenset[str], application: str, device: Device) -> SignIn:
    return SignIn(groups=groups, application=application, device=device, trusted=True, method=Method.FIDO2)


def _stopped(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.BLOCK:
        return f"blocked by {', '.join(verdict.blocking)}"
    if verdict.outcome is Outcome.UNSUPPORTED:
        return f"{', '.join(each.id for each in verdict.unknown)} can't be evaluated"
    return "; ".join(f"{', '.join(need.policies)} wants {need.text}" for need in verdict.missing)
