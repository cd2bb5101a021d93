"""What the deployed policies answer to sign-ins, all of them together (IDM-2, IDM-4).

A stack that has not rolled out a policy yet declares so. What the tenant lets through for this reason alone is not
assessed: it hasn't failed, and it hasn't passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from identity.checks.check import Finding, check
from identity.checks.declared import Comparison
from identity.checks.population import LEGACY, MODERN, sign_ins, users
from identity.conditional_access.vocabulary import Client, State
from identity.sign_ins import Expected
from identity.what_if import Outcome as Answer
from identity.what_if import SignIn, Verdict
from reference.check import Outcome

NOT_YET = "the stack's rollout doesn't go so far, or a policy can't be evaluated"
REMEDY = "run: ggvv deploy; then ask: ggvv explain sign-in --deployed"


@check("IDM-CHK-15", "No client without modern authentication gets in", "IDM-2", remedy=REMEDY)
def no_legacy_client_gets_in(comparison: Comparison) -> Iterator[Finding]:
    """They can't ask for a second factor, so that a guessed password is enough."""
    yield from _weak(comparison, LEGACY, "none gets in", lambda verdict: verdict.admitted)


@check("IDM-CHK-16", "No sign-in gets by with a password alone", "IDM-2", "IDM-4", remedy=REMEDY)
def no_gap(comparison: Comparison) -> Iterator[Finding]:
    """Every kind of user, application, platform and client meets a policy that blocks or asks for something."""
    yield from _weak(comparison, MODERN, "each is blocked or asked for more", lambda verdict: not _covered(verdict))


@check("IDM-CHK-17", "Every declared sign-in gets the declared answer", "IDM-2", "IDM-4", remedy=REMEDY)
def rows_are_answered_as_declared(comparison: Comparison) -> Iterator[Finding]:
    """The rows of identity/sign_ins.yaml, put to the policies as they are in the tenant."""
    not_yet: list[str] = []
    for row in comparison.declared.rows:
        seen = comparison.deployed_verdicts.evaluate(row.sign_in)
        intended = Expected.of(comparison.declared_verdicts.evaluate(row.sign_in))
        if not row.enforced.differences(seen):
            continue
        if _undecided(seen) or not intended.differences(seen):
            not_yet.append(row.name)
        else:
            yield Finding(row.name, _answer(intended), _answer(Expected.of(seen)))
    if not_yet:
        yield Finding(
            "",
            "",
            f"{len(not_yet)} of {len(comparison.declared.rows)} rows: {NOT_YET}, such as: {not_yet[0]}",
            Outcome.NOT_ASSESSED,
        )


def _weak(
    comparison: Comparison, clients: tuple[Client, ...], expected: str, wrong: Callable[[Verdict], bool]
) -> Iterator[Finding]:
    """One finding for each kind of user and outcome, with how many of the sign-ins it is, and the first."""
    deployed, declared = comparison.deployed_verdicts, comparison.declared_verdicts
    for user, sign_in in users(comparison.declared.plan.known):
        found: dict[Outcome, list[SignIn]] = {}
        for each in sign_ins(sign_in, comparison.declared.plan.known, clients):
            verdict = deployed.evaluate(each)
            if wrong(verdict) or verdict.outcome is Answer.UNSUPPORTED:
                found.setdefault(_so_far(verdict, declared.evaluate(each), wrong), []).append(each)
        for outcome, several in found.items():
            yield Finding(
                user, expected, f"{len(several)} that are let in with a password, such as {_text(several[0])}", outcome
            )


def _so_far(seen: Verdict, intended: Verdict, wrong: Callable[[Verdict], bool]) -> Outcome:
    """Not assessed, where an answer isn't known or the stack has not rolled out what would mend it."""
    unknown = seen.outcome is Answer.UNSUPPORTED
    return Outcome.NOT_ASSESSED if unknown or wrong(intended) else Outcome.FAIL


def _answer(said: Expected) -> str:
    """A verdict in one line."""
    parts = (("by", said.hits), ("asks for", said.needs), ("lacks", said.missing), ("then", said.session))
    return "; ".join([str(said.outcome), *(f"{word} {', '.join(found)}" for word, found in parts if found)])


def _undecided(verdict: Verdict) -> bool:
    """Whether an enforced policy may apply or not, so that hits and needs are not the whole answer."""
    return any(policy.state is State.ENABLED for policy in verdict.unknown)


def _covered(verdict: Verdict) -> bool:
    return verdict.outcome is Answer.BLOCK or bool(verdict.needs)


def _text(sign_in: SignIn) -> str:
    return f"{sign_in.application} by {sign_in.client} on {sign_in.platform}"


CHECKS = (no_legacy_client_gets_in, no_gap, rows_are_answered_as_declared)
