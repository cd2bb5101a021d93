"""The proof of one list of rules: what it opens between any two addresses, against what the policy means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from network.policy.atoms import Atom, atoms
from network.policy.intention import Allowed, Cell, Ports
from network.policy.opened import OTHER, merged, opened
from network.policy.reached import Reached
from network.policy.ruleset import Rule, Ruleset
from network.policy.zone import Zone

ABSENT = {4: frozenset({"icmpv6"}), 6: frozenset({"icmp"})}
"""The protocols that a family does not have."""

Names = frozenset[str]


@dataclass(frozen=True)
class ListProof:
    """The rules at `hook`, for packets between these zones.

    Addresses in no zone must reach nothing, but where the list is about the firewall itself: then the end that it
    holds is in its own zones. With `sent_by` any source stands for all of those zones.
    """

    hook: str
    sources: Sequence[Zone]
    destinations: Sequence[Zone]
    cells: Mapping[Cell, Ports]
    sent_by: Names = frozenset()

    def findings(self, ruleset: Ruleset) -> Iterator[str]:
        """One sentence for each pair of classes of addresses where rules and policy differ."""
        base = ruleset.base(self.hook)
        flows = {name: chain.comment.partition(":")[0] for name, chain in ruleset.chains.items()}
        rules = [rule for rule in ruleset.flat(self.hook) if rule.chain != base.name and rule.verdict is not None]
        for family, absent in ABSENT.items():
            protocols = _protocols(rules, self.cells) - absent
            yield from self._differences([r for r in rules if r.family in {None, family}], flows, family, protocols)

    def _differences(
        self, rules: Sequence[Rule], flows: Mapping[str, str], family: int, protocols: Names
    ) -> Iterator[str]:
        found: dict[int, Ports] = {}
        meant: dict[tuple[Names, Names], Ports] = {}
        for source, destination in self._pairs(rules, family):
            mask = source.rules & destination.rules
            if mask not in found:
                matching = [rule for number, rule in enumerate(rules) if mask >> number & 1]
                found[mask] = opened(matching, flows, protocols)
            names = (self.sent_by or source.zones, destination.zones)
            if names not in meant:
                meant[names] = self._meant(*names, protocols)
            if found[mask] != meant[names]:
                yield _sentence(source, destination, found[mask], meant[names])

    def _pairs(self, rules: Sequence[Rule], family: int) -> Iterator[tuple[Atom, Atom]]:
        """The pairs of classes that some rule accepts between or some flow names; between others nothing is open."""
        sources = atoms(self.sources, [rule.sources for rule in rules], family)
        destinations = atoms(self.destinations, [rule.destinations for rule in rules], family)
        if self.hook == "output":
            sources = tuple(atom for atom in sources if atom.zones)
        if self.hook == "input":
            destinations = tuple(atom for atom in destinations if atom.zones)
        reached = Reached.of(rules, destinations, self.cells)
        for source in sources:
            for destination in reached.by(source, self.sent_by or source.zones):
                yield source, destination

    def _meant(self, sources: Names, destinations: Names, protocols: Names) -> Ports:
        ports: dict[str, list[Allowed]] = {}
        for cell in ((source, destination) for source in sources for destination in destinations):
            for protocol, allowed in self.cells.get(cell, {}).items():
                if protocol in protocols:
                    ports.setdefault(protocol, []).extend(allowed)
        return {protocol: merged(allowed) for protocol, allowed in ports.items()}


def _protocols(rules: Iterable[Rule], cells: Mapping[Cell, Ports]) -> Names:
    """Every protocol that rules or policy name, and one that stands for the rest."""
    named = {rule.protocol for rule in rules if rule.protocol}
    return frozenset(named | {protocol for ports in cells.values() for protocol in ports} | {OTHER})


def _sentence(source: Atom, destination: Atom, found: Ports, meant: Ports) -> str:
    return (
        f"found {_words(found)} open from {_place(source)} to {_place(destination)}; right is {_words(meant)}; "
        "compile the policy anew and load that"
    )


def _place(atom: Atom) -> str:
    return f"{atom.address} ({', '.join(sorted(atom.zones)) or 'no zone'})"


def _words(ports: Ports) -> str:
    return (
        ", ".join(
            f"{protocol} {allowed.first}-{allowed.last} by {allowed.flow}"
            for protocol, every in sorted(ports.items())
            for allowed in every
        )
        or "nothing"
    )
