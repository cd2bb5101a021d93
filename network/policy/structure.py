"""What compiled rules must look like beside what they open: defaults, order, counters and logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from network.policy.aerleon_quirks import ESTABLISHED, LOG_LIMIT, PLUMBING
from network.policy.compiling import DENY, SPOOFED, listed_terms
from network.policy.grant import Grant
from network.policy.ruleset import Chain, Rule, Ruleset
from network.policy.senders_proof import HOOK


def structure_findings(ruleset: Ruleset, allowed: Sequence[Grant], site: str) -> Iterator[str]:
    """One sentence for each list that is not as the compiler makes it."""
    bases = {chain.name for chain in ruleset.chains.values() if chain.hook}
    linked = bases.copy()
    for hook, terms in listed_terms(allowed, site).items():
        names = [str(term["name"]) for term in terms]
        base = ruleset.base(hook)
        right = [ESTABLISHED, *PLUMBING.get(hook, ()), *(f"jump {name}" for name in names)]
        yield from _is(base, right)
        yield from _is(ruleset.chain(f"{DENY}-{hook}"), _ending(f"{DENY}-{hook}"))
        linked |= set(names)
        yield from _chains(ruleset, [name for name in names if not name.startswith(DENY)])
    senders = ruleset.base(HOOK)
    if [rule.text for rule in senders.rules[-2:]] != _ending(SPOOFED):
        yield _wrong(senders, "its last rules", _ending(SPOOFED))
    for name in ruleset.chains.keys() - linked:
        yield f"chain {name} is led to by none; right is no such chain; compile the policy anew"
    for name in bases:
        if ruleset.chains[name].policy != "drop":
            yield f"chain {name} lets through what no rule matches; right is policy drop; compile the policy anew"


def _chains(ruleset: Ruleset, names: Sequence[str]) -> Iterator[str]:
    """Each flow's chain: IPv4 before IPv6, new connections only, counted."""
    for name in names:
        rules = ruleset.chain(name).rules
        families = [rule.family for rule in rules]
        if families != sorted(set(families), key=lambda family: family or 0):
            yield _wrong(ruleset.chains[name], "its rules", ["one of IPv4", "then one of IPv6"])
        for rule in rules:
            yield from _counted(rule)


def _counted(rule: Rule) -> Iterator[str]:
    if rule.states != frozenset({"new"}) or not rule.counter or rule.verdict != "accept":
        yield (
            f"{rule.label}: found '{rule.text}'; right is a rule that accepts new connections and counts them; "
            "compile the policy anew"
        )


def _is(chain: Chain, right: list[str]) -> Iterator[str]:
    if [rule.text for rule in chain.rules] != right:
        yield _wrong(chain, "its rules", right)


def _ending(name: str) -> list[str]:
    return [f'limit rate {LOG_LIMIT} log prefix "{name} "', "counter drop"]


def _wrong(chain: Chain, what: str, right: list[str]) -> str:
    return f"chain {chain.name}: {what} are not in their order; right is {'; '.join(right)}; compile the policy anew"
