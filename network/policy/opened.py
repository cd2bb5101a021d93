"""What rules open: the first that matches decides, as ports of each protocol with the flow that opens them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from network.policy.intention import ANY_PORT, Allowed
from network.policy.ruleset import Interval, Rule

OTHER = "other"
"""Stands for any protocol that nobody names."""


def opened(
    rules: Sequence[Rule], flows: Mapping[str, str], protocols: Iterable[str]
) -> Mapping[str, tuple[Allowed, ...]]:
    """What `rules` (all match the addresses) open, by protocol; protocols of which nothing is open are not there.

    `flows` gives the flow of each chain.
    """
    result: dict[str, tuple[Allowed, ...]] = {}
    for protocol in protocols:
        ports = _of_protocol([rule for rule in rules if rule.protocol in {None, protocol}], flows)
        if ports:
            result[protocol] = ports
    return result


def _of_protocol(rules: Iterable[Rule], flows: Mapping[str, str]) -> tuple[Allowed, ...]:
    undecided: list[Interval] = [ANY_PORT]
    found: list[Allowed] = []
    for rule in rules:
        if rule.verdict is None:
            continue
        for span in rule.ports or (ANY_PORT,):
            hits = [hit for piece in undecided if (hit := _common(piece, span))]
            undecided = [rest for piece in undecided for rest in _without(piece, span)]
            if rule.verdict == "accept":
                found += [Allowed(first, last, flows.get(rule.chain, rule.chain)) for first, last in hits]
    return merged(found)


def merged(ports: Iterable[Allowed]) -> tuple[Allowed, ...]:
    """The same ports sorted, touching ranges of one flow joined."""
    result: list[Allowed] = []
    for allowed in sorted(ports, key=lambda a: (a.first, a.last, a.flow)):
        last = result[-1] if result else None
        if last and last.flow == allowed.flow and allowed.first <= last.last + 1:
            result[-1] = Allowed(last.first, max(last.last, allowed.last), last.flow)
        else:
            result.append(allowed)
    return tuple(result)


def _common(one: Interval, other: Interval) -> Interval | None:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def _without(piece: Interval, span: Interval) -> list[Interval]:
    before, after = (piece[0], min(piece[1], span[0] - 1)), (max(piece[0], span[1] + 1), piece[1])
    return [rest for rest in (before, after) if rest[0] <= rest[1]]
