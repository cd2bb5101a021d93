"""Which classes of destinations are worth a look from a class of sources: most pairs no rule and no flow is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from network.policy.atoms import Atom
from network.policy.intention import Cell
from network.policy.ruleset import Rule


@dataclass(frozen=True)
class Reached:
    """The destinations by each accepting rule that matches them, and by each zone that flows lead to them from."""

    by_rule: Mapping[int, Sequence[Atom]]
    by_zone: Mapping[str, Sequence[Atom]]

    @classmethod
    def of(cls, rules: Sequence[Rule], destinations: Sequence[Atom], cells: Iterable[Cell]) -> Reached:
        """What `rules` and `cells` say of `destinations`."""
        by_rule = {
            number: [atom for atom in destinations if atom.rules >> number & 1]
            for number, rule in enumerate(rules)
            if rule.verdict == "accept"
        }
        within: dict[str, list[Atom]] = {}
        for atom in destinations:
            for zone in atom.zones:
                within.setdefault(zone, []).append(atom)
        by_zone: dict[str, dict[Atom, None]] = {}
        for source, destination in cells:
            by_zone.setdefault(source, {}).update(dict.fromkeys(within.get(destination, ())))
        return cls(by_rule, {zone: tuple(found) for zone, found in by_zone.items()})

    def by(self, source: Atom, zones: Iterable[str]) -> Iterable[Atom]:
        """The destinations that rules accept from `source`, or flows name from `zones`."""
        found: dict[Atom, None] = {}
        for number, atoms in self.by_rule.items():
            if source.rules >> number & 1:
                found.update(dict.fromkeys(atoms))
        for zone in zones:
            found.update(dict.fromkeys(self.by_zone.get(zone, ())))
        return found
