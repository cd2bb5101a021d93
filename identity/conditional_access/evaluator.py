"""What Conditional Access answers to a sign-in: pure, of declared policies as of deployed ones (IDM-2).

Source: Microsoft Learn, "Building a Conditional Access policy": all policies that apply count together, a block goes
before every grant, and report-only policies are evaluated but ask for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from identity.conditional_access.matching import Test, first_failing, tests
from identity.conditional_access.policy import EffectivePolicy, Grant, Session, Unsupported
from identity.conditional_access.sign_in import SignIn
from identity.conditional_access.terms import Location, Strength
from identity.conditional_access.vocabulary import Control, Method, State, Trust


class Outcome(StrEnum):
    """The answer; `unsupported` where an enforced policy says something that the evaluator doesn't know."""

    BLOCK = "block"
    GRANT = "grant"
    NOT_COVERED = "not-covered"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Need:
    """Something asked for: any one of these controls; and the policies that ask for it."""

    any_of: tuple[str, ...]
    policies: tuple[str, ...]

    @property
    def text(self) -> str:
        """The need in words."""
        return " or ".join(self.any_of)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sign-in gets.

    Attributes:
        outcome: the answer, were all needs met.
        hits: ids of the enforced policies that apply, sorted.
        misses: enforced policies that don't apply, each with the first condition that fails.
        blocking: ids of the hits that block.
        report_only: ids of the policies that would apply, were they enforced.
        needs: what is asked for; all of it. A block asks for nothing, nor does anything hold afterwards.
        missing: those of the needs that the sign-in can't meet.
        session: what holds afterwards, the strictest of all hits.
        unknown: policies that may apply or not; any enforced one makes the outcome `unsupported`, unless blocked.
    """

    outcome: Outcome
    hits: tuple[str, ...]
    misses: Mapping[str, str]
    blocking: tuple[str, ...]
    report_only: tuple[str, ...]
    needs: tuple[Need, ...]
    missing: tuple[Need, ...]
    session: Session | None
    unknown: tuple[Unsupported, ...]

    @property
    def admitted(self) -> bool:
        """Whether the sign-in gets in."""
        return self.outcome in {Outcome.GRANT, Outcome.NOT_COVERED} and not self.missing


@dataclass(frozen=True, slots=True)
class _Compiled:
    id: str
    checks: tuple[Test, ...]
    blocks: bool
    asks: tuple[tuple[str, ...], ...]
    session: Session | None


class WhatIf:
    """Evaluates sign-ins against these policies; each takes some microseconds per policy."""

    def __init__(
        self,
        policies: Iterable[EffectivePolicy | Unsupported],
        *,
        locations: Mapping[str, Location],
        strengths: Mapping[str, Strength],
    ) -> None:
        self._met = _controls(strengths)
        self._enforced: list[_Compiled] = []
        self._reported: list[_Compiled] = []
        self._unknown: list[Unsupported] = []
        for policy in sorted(policies, key=lambda each: each.id):
            if policy.state is State.DISABLED:
                continue
            known = policy if isinstance(policy, Unsupported) else self._known(policy, locations)
            if isinstance(known, Unsupported):
                self._unknown.append(known)
            else:
                (self._enforced if known.state is State.ENABLED else self._reported).append(_compiled(known, locations))
        self._undecided = any(each.state is State.ENABLED for each in self._unknown)

    def evaluate(self, sign_in: SignIn) -> Verdict:
        """What the sign-in gets."""
        hits: list[_Compiled] = []
        misses: dict[str, str] = {}
        for policy in self._enforced:
            reason = first_failing(policy.checks, sign_in)
            if reason is None:
                hits.append(policy)
            else:
                misses[policy.id] = reason
        blocking = tuple(policy.id for policy in hits if policy.blocks)
        needs = _needs(hits) if not blocking else ()
        return Verdict(
            outcome=self._outcome(hits),
            hits=tuple(policy.id for policy in hits),
            misses=misses,
            blocking=blocking,
            report_only=tuple(p.id for p in self._reported if first_failing(p.checks, sign_in) is None),
            needs=needs,
            missing=tuple(need for need in needs if not any(self._met[word](sign_in) for word in need.any_of)),
            session=None if blocking else _strictest([each.session for each in hits if each.session is not None]),
            unknown=tuple(self._unknown),
        )

    def _outcome(self, hits: list[_Compiled]) -> Outcome:
        if any(policy.blocks for policy in hits):
            return Outcome.BLOCK
        if self._undecided:
            return Outcome.UNSUPPORTED
        return Outcome.GRANT if hits else Outcome.NOT_COVERED

    def _known(self, policy: EffectivePolicy, locations: Mapping[str, Location]) -> EffectivePolicy | Unsupported:
        """The policy, or what in it is a word that nobody declared."""
        condition = policy.conditions.locations
        named = (*condition.include, *condition.exclude) if condition is not None else ()
        reasons = [f"location {key} is not declared" for key in named if key not in locations]
        asked = policy.grant.controls if policy.grant is not None else ()
        reasons += [f"control {word} is not known" for word in asked if word not in self._met and word != Control.BLOCK]
        return Unsupported(id=policy.id, state=policy.state, reasons=tuple(reasons)) if reasons else policy


def _compiled(policy: EffectivePolicy, locations: Mapping[str, Location]) -> _Compiled:
    grant = policy.grant
    return _Compiled(
        id=policy.id,
        checks=tests(policy, locations),
        blocks=grant is not None and grant.blocks,
        asks=tuple(_asks(grant)) if grant is not None and not grant.blocks else (),
        session=policy.session,
    )


def _asks(grant: Grant) -> Iterator[tuple[str, ...]]:
    """Each that must be met, as its alternatives."""
    if grant.any_of:
        yield grant.any_of
    yield from ((control,) for control in grant.all_of)


def _controls(strengths: Mapping[str, Strength]) -> dict[str, Callable[[SignIn], bool]]:
    """How each control is met; a new password is the user's to choose, so that any user can."""

    def strong(methods: frozenset[Method]) -> Callable[[SignIn], bool]:
        return lambda sign_in: sign_in.method in methods

    return {
        Control.MFA: lambda sign_in: sign_in.method is not Method.PASSWORD,
        Control.COMPLIANT_DEVICE: lambda sign_in: sign_in.device.compliant,
        Control.JOINED_DEVICE: lambda sign_in: sign_in.device.trust is Trust.HYBRID,
        Control.PASSWORD_CHANGE: lambda _: True,
        **{key: strong(frozenset(strength.methods)) for key, strength in strengths.items()},
    }


def _needs(hits: Iterable[_Compiled]) -> tuple[Need, ...]:
    asked: dict[tuple[str, ...], list[str]] = {}
    for policy in hits:
        for any_of in policy.asks:
            asked.setdefault(any_of, []).append(policy.id)
    return tuple(Need(any_of, tuple(ids)) for any_of, ids in sorted(asked.items()))


def _strictest(sessions: list[Session]) -> Session | None:
    if len(sessions) < 2:  # noqa: PLR2004 - nothing to compare
        return sessions[0] if sessions else None
    every_time = any(each.sign_in_every_time for each in sessions)
    hours = [each.sign_in_frequency_hours for each in sessions if each.sign_in_frequency_hours is not None]
    kept = {each.persistent_browser for each in sessions} - {None}
    return Session(
        sign_in_every_time=every_time,
        sign_in_frequency_hours=min(hours) if hours and not every_time else None,
        persistent_browser="never" if "never" in kept else "always" if kept else None,
    )
