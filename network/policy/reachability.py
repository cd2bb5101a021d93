"""What the compiled rules do with a packet: read from the rules, not from the policy that made them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from network.policy.ruleset import Interval, Rule, Ruleset

NEW = "new"


@dataclass(frozen=True)
class Packet:
    """The first packet of a connection; `port` is the destination's, None for protocols without ports.

    `iifname` is where it came in (None for one that the firewall sends itself), `icmp_type` of ICMPv6 by nft's name.
    """

    source: IPv4Address | IPv6Address
    destination: IPv4Address | IPv6Address
    protocol: str
    port: int | None = None
    iifname: str | None = None
    oifname: str | None = None
    icmp_type: str = "echo-request"


@dataclass(frozen=True)
class Verdict:
    """Whether a packet passes a list of rules, and by which rule; None where the list's own policy decides."""

    accepted: bool
    rule: Rule | None


def verdict(ruleset: Ruleset, hook: str, packet: Packet) -> Verdict:
    """What the rules at `hook` do with `packet`.

    Raises:
        RulesError: the rules are not such as the compiler writes.
    """
    for rule in ruleset.flat(hook):
        if rule.verdict is not None and matches(rule, packet):
            return Verdict(rule.verdict == "accept", rule)
    return Verdict(ruleset.base(hook).policy == "accept", None)


def matches(rule: Rule, packet: Packet) -> bool:
    """Whether all that the rule asks for holds of the packet."""
    return (
        rule.family in {None, packet.source.version}
        and rule.protocol in {None, packet.protocol}
        and (rule.iifname is None or packet.iifname in rule.iifname)
        and (rule.oifname is None or packet.oifname in rule.oifname)
        and (rule.ports is None or (packet.port is not None and _within(packet.port, rule.ports)))
        and _within(int(packet.source), rule.sources)
        and _within(int(packet.destination), rule.destinations)
        and (rule.icmp_types is None or packet.icmp_type in rule.icmp_types)
        and (rule.states is None or NEW in rule.states)
    )


def _within(number: int, intervals: Iterable[Interval] | None) -> bool:
    return intervals is None or any(first <= number <= last for first, last in intervals)
