"""Flows that decide the same packets: a packet has one flow at most, so that its owner and end are never in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from network.policy.grant import Grant
from network.policy.intention import Allowed, Cell, intention

Piece = tuple[Cell, str, int, int]
"""Ports of a protocol in a cell."""


def twice_allowed(grants: Iterable[Grant]) -> Iterator[str]:
    """One sentence for each pair of flows that both allow some packet."""
    shared: dict[tuple[str, str], list[Piece]] = {}
    whole: dict[str, list[Piece]] = {}
    for cell, by_protocol in intention(grants).items():
        for protocol, ports in by_protocol.items():
            for allowed in ports:
                whole.setdefault(allowed.flow, []).append((cell, protocol, allowed.first, allowed.last))
            for one, other, first, last in _common(ports):
                shared.setdefault(_in_order(one, other), []).append((cell, protocol, first, last))
    order = {grant.flow.id: number for number, grant in enumerate(grants)}
    for pair, pieces in shared.items():
        earlier, later = sorted(pair, key=order.__getitem__)
        yield _sentence(earlier, later, pieces, whole)


def _common(ports: tuple[Allowed, ...]) -> Iterator[tuple[str, str, int, int]]:
    """Pairs in a sorted list that share ports, and which; a flow is never its own rival."""
    for index, one in enumerate(ports):
        for other in ports[index + 1 :]:
            if other.first > one.last:
                break
            if one.flow != other.flow:
                yield one.flow, other.flow, other.first, min(one.last, other.last)


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _sentence(earlier: str, later: str, pieces: list[Piece], whole: dict[str, list[Piece]]) -> str:
    (source, destination), protocol, first, last = pieces[0]
    ports = f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"
    found = f"found {ports} from {source} to {destination} in both"
    covered = [set(pieces) >= set(whole[flow]) for flow in (earlier, later)]
    if all(covered):
        return f"flows.yaml: {later} is a duplicate of {earlier}: {found}; right is one of them; remove the other"
    if covered[1]:
        return (
            f"flows.yaml: {later} is shadowed by {earlier}: {found}; right is a flow that allows something of its own; "
            f"remove {later} or narrow {earlier}"
        )
    return (
        f"flows.yaml: {later} contradicts {earlier} about owner or end: {found}; right is one flow for each packet; "
        "narrow one of them"
    )
