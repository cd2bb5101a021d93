"""What if somebody signed in so? The evaluator's answer, and the answer in words (IDM-2, IDM-4)."""

from __future__ import annotations

from collections.abc import Iterable

from identity.conditional_access.evaluator import Need, Outcome, Verdict, WhatIf
from identity.conditional_access.policy import Policy, Session
from identity.conditional_access.sign_in import Kind, SignIn
from reference.model import Model

__all__ = ["Explanation", "Kind", "Need", "Outcome", "SignIn", "Verdict", "WhatIf", "explain", "session_texts"]

_ANSWERS = {
    Outcome.BLOCK: "blocked by {blocking}",
    Outcome.GRANT: "let in",
    Outcome.NOT_COVERED: "let in: no enforced policy covers this sign-in",
    Outcome.UNSUPPORTED: "not known: {unknown} can't be evaluated",
}


class Explanation(Model):
    """A verdict in words, a text for each line of a list; empty lists have nothing to say.

    Attributes:
        answer: what the sign-in gets, in one line.
        needs: what is asked for, and by which policies.
        session: what holds after the sign-in.
        hits: the policies that apply, with their reasons.
        report_only: those that would, were they enforced.
        misses: those that don't, each with the first condition that fails.
        unknown: those that may or may not, with what the evaluator has no word for.
    """

    answer: str
    needs: tuple[str, ...]
    session: tuple[str, ...]
    hits: tuple[str, ...]
    report_only: tuple[str, ...]
    misses: tuple[str, ...]
    unknown: tuple[str, ...]


def explain(verdict: Verdict, policies: Iterable[Policy] = ()) -> Explanation:
    """The verdict in words; `policies` gives the names and reasons of those that are declared."""
    declared = {policy.id: policy for policy in policies}
    names = {id_: policy.display_name for id_, policy in declared.items()}
    reasons = {id_: f": {policy.reason}" for id_, policy in declared.items()}
    return Explanation(
        answer=_answer(verdict),
        needs=tuple(f"{need.text} ({', '.join(need.policies)})" for need in verdict.needs),
        session=session_texts(verdict.session),
        hits=tuple(f"{names.get(id_, id_)}{reasons.get(id_, '')}" for id_ in verdict.hits),
        report_only=tuple(names.get(id_, id_) for id_ in verdict.report_only),
        misses=tuple(f"{names.get(id_, id_)}: {reason}" for id_, reason in verdict.misses.items()),
        unknown=tuple(f"{names.get(each.id, each.id)}: {'; '.join(each.reasons)}" for each in verdict.unknown),
    )


def session_texts(session: Session | None) -> tuple[str, ...]:
    """What holds after a sign-in, in words."""
    if session is None:
        return ()
    texts = []
    if session.sign_in_every_time:
        texts.append("sign in every time")
    if session.sign_in_frequency_hours is not None:
        texts.append(f"sign in every {session.sign_in_frequency_hours} h")
    if session.persistent_browser is not None:
        texts.append("no persistent browser" if session.persistent_browser == "never" else "persistent browser")
    return tuple(texts)


def _answer(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.GRANT and verdict.missing:
        return f"not let in: {' and '.join(need.text for need in verdict.missing)} is missing"
    return _ANSWERS[verdict.outcome].format(
        blocking=", ".join(verdict.blocking), unknown=", ".join(each.id for each in verdict.unknown)
    )
