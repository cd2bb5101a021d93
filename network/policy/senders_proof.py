"""The proof of the rules against spoofing: a sender comes in by an interface exactly where it is genuine (RFC 3704)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address

from network.policy.atoms import Atom, atoms
from network.policy.binding import Binding, bindings
from network.policy.neighbours import LINK_LOCAL
from network.policy.ruleset import Rule, Ruleset
from network.policy.zone import Zone, zones
from reference.architecture import Architecture

HOOK = "prerouting"
LOOPBACK, ELSEWHERE = "lo", "an interface of no segment"
ON_LINK = Zone(name="on the link", kind="on-link", ipv4=(), ipv6=(LINK_LOCAL,))
UNSPECIFIED = IPv6Address("::")
"""Who looks whether its address is taken has none yet (RFC 4862, section 5.4.2)."""


def sender_findings(ruleset: Ruleset, architecture: Architecture, site: str) -> Iterator[str]:
    """One sentence for each interface and class of senders that the rules treat otherwise than they are genuine."""
    rules = [rule for rule in ruleset.flat(HOOK) if rule.verdict is not None]
    bound = bindings(architecture, zones(architecture), site)
    known = {zone.name: zone for binding in bound for zone in binding.zones} | {ON_LINK.name: ON_LINK}
    genuine = {name: {zone.name for zone in binding.zones} for binding in bound for name in binding.interfaces}
    if [(rule.iifname, rule.family) for rule in rules] != _in_order(bound):
        yield "senders: the rules are not in the order of the interfaces; right is IPv4, then IPv6; compile anew"
    named = {name for rule in rules for name in rule.iifname or ()}
    for family in (4, 6):
        classes = atoms(known.values(), [_of_family(rule, family) for rule in rules], family)
        for interface in sorted({*genuine, *named, LOOPBACK, ELSEWHERE}):
            met = [
                (number, rule) for number, rule in enumerate(rules) if rule.iifname is None or interface in rule.iifname
            ]
            for atom in classes:
                accepted = _accepted(met, atom)
                right = interface == LOOPBACK or _is_genuine(atom, genuine.get(interface, set()))
                if accepted is not right:
                    yield _sentence(interface, atom, accepted)


def _in_order(bound: Iterable[Binding]) -> list[tuple[frozenset[str] | None, int | None]]:
    """The interfaces and family of each rule as they are compiled."""
    interfaces = [frozenset(binding.interfaces) for binding in bound]
    bindings_in_order = [(names, family) for names in interfaces for family in (4, 6)]
    return [(frozenset({LOOPBACK}), None), (None, 6), *bindings_in_order, (None, None)]


def _of_family(rule: Rule, family: int) -> tuple[tuple[int, int], ...] | None:
    """The senders of one family that a rule matches."""
    return rule.sources if rule.family in {None, family} else ()


def _accepted(met: Iterable[tuple[int, Rule]], atom: Atom) -> bool:
    """Whether the first rule that matches accepts, of those that an interface's packets meet."""
    return next((rule.verdict == "accept" for number, rule in met if atom.rules >> number & 1), False)


def _is_genuine(atom: Atom, names: set[str]) -> bool:
    return ON_LINK.name in atom.zones or atom.address == UNSPECIFIED or bool(atom.zones & names)


def _sentence(interface: str, atom: Atom, accepted: bool) -> str:
    found, right = ("lets in", "drops") if accepted else ("drops", "lets in")
    return (
        f"senders: {interface} {found} {atom.address} ({', '.join(sorted(atom.zones)) or 'no zone'}); right is that it "
        f"{right} it; compile the policy anew and load that"
    )
