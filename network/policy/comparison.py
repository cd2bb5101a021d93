"""Two policies compared in words: what becomes allowed, what becomes denied (FW-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from network.policy.grant import Grant
from network.policy.intention import Allowed, Cell, Ports, intention


@dataclass(frozen=True)
class Change:
    """Ports that the new policy opens or closes between these zones, by a flow of the policy that allows them."""

    allows: bool
    flow: str
    protocol: str
    first: int
    last: int
    sources: tuple[str, ...]
    destinations: tuple[str, ...]

    @property
    def text(self) -> str:
        """The change in words."""
        ports = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        service = f"{self.protocol} {ports}" if self.protocol in {"tcp", "udp"} else self.protocol
        verb = "becomes allowed" if self.allows else "becomes denied"
        return f"{verb}: {service} from {', '.join(self.sources)} to {', '.join(self.destinations)} ({self.flow})"


def changes(before: Iterable[Grant], after: Iterable[Grant]) -> tuple[Change, ...]:
    """What becomes allowed, then what becomes denied; a flow that only changes its name or words changes nothing."""
    old, new = intention(before), intention(after)
    return (*_opened(old, new, allows=True), *_opened(new, old, allows=False))


def _opened(one: Mapping[Cell, Ports], other: Mapping[Cell, Ports], *, allows: bool) -> Iterator[Change]:
    """What `other` allows and `one` does not, cells with the same ends put together."""
    cells: dict[tuple[str, str, int, int], dict[str, list[str]]] = {}
    for (source, destination), ports in other.items():
        for protocol, allowed in ports.items():
            known = one.get((source, destination), {}).get(protocol, ())
            for piece in (piece for each in allowed for piece in _without(each, known)):
                ends = cells.setdefault((piece.flow, protocol, piece.first, piece.last), {})
                ends.setdefault(source, []).append(destination)
    for (flow, protocol, first, last), ends in cells.items():
        together: dict[tuple[str, ...], list[str]] = {}
        for source, destinations in ends.items():
            together.setdefault(tuple(destinations), []).append(source)
        for destinations_of, sources in together.items():
            yield Change(allows, flow, protocol, first, last, tuple(sources), destinations_of)


def _without(allowed: Allowed, known: Iterable[Allowed]) -> list[Allowed]:
    """The ports of `allowed` that are in none of `known`."""
    rest = [(allowed.first, allowed.last)]
    for other in known:
        rest = [
            piece
            for first, last in rest
            for piece in ((first, min(last, other.first - 1)), (max(first, other.last + 1), last))
            if piece[0] <= piece[1]
        ]
    return [Allowed(first, last, allowed.flow) for first, last in rest]
