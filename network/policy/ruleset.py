"""Reads nftables rules as they are compiled; a construct that it does not know is an error, never no match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

Interval = tuple[int, int]
"""The first and the last of numbers: of addresses or ports."""

Fields = dict[str, Any]
"""Some of a rule's fields by their names."""

Reader = Callable[[list[str]], Fields]
"""Reads a construct's values off the tokens behind its words."""

_TOKEN = re.compile(r'\{[^}]*\}|"[^"]*"|\S+')
_CHAIN = re.compile(r"chain ([A-Za-z_][\w./-]*) \{")
_BASE = re.compile(r"type filter hook (\w+) priority (\w+); policy (accept|drop);")
_TABLE = re.compile(r"(delete )?table inet (\w+)( \{)?")
_COMMENT = re.compile(r'comment "([^"]*)"')


class RulesError(Exception):
    """A rule file that is not what the compiler writes; the text names the line."""


@dataclass(frozen=True)
class Rule:
    """One rule; what is None matches everything. `target` is the chain that a jump leads to."""

    text: str
    chain: str
    line: int
    family: int | None = None
    iifname: frozenset[str] | None = None
    oifname: frozenset[str] | None = None
    sources: tuple[Interval, ...] | None = None
    destinations: tuple[Interval, ...] | None = None
    protocol: str | None = None
    ports: tuple[Interval, ...] | None = None
    icmp_types: frozenset[str] | None = None
    states: frozenset[str] | None = None
    counter: bool = False
    limited: bool = False
    log: str | None = None
    verdict: str | None = None
    target: str | None = None

    @property
    def label(self) -> str:
        """Where it is, for people: chain and line."""
        return f"{self.chain}, line {self.line}"


@dataclass
class Chain:
    """A chain; a base chain has a hook and a policy."""

    name: str
    comment: str = ""
    hook: str | None = None
    policy: str | None = None
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True)
class Ruleset:
    """The chains of a rule file by name, in its order."""

    chains: dict[str, Chain]
    _lists: dict[str, tuple[Rule, ...]] = field(default_factory=dict, compare=False, repr=False)

    def base(self, hook: str) -> Chain:
        """The base chain at `hook`.

        Raises:
            RulesError: there is none, or more than one.
        """
        found = [chain for chain in self.chains.values() if chain.hook == hook]
        if len(found) != 1:
            raise RulesError(f"found {len(found)} base chains at {hook}; right is one; compile the policy anew")
        return found[0]

    def chain(self, name: str) -> Chain:
        """The chain with this name.

        Raises:
            RulesError: there is none.
        """
        if name not in self.chains:
            raise RulesError(f"found no chain {name}; right is one for each list and flow; compile the policy anew")
        return self.chains[name]

    def flat(self, hook: str) -> tuple[Rule, ...]:
        """The rules at `hook` in the order in which a packet meets them, jumps followed.

        Raises:
            RulesError: a jump leads nowhere or further than one chain, or a condition goes with it.
        """
        if hook not in self._lists:
            self._lists[hook] = tuple(met for rule in self.base(hook).rules for met in self._followed(rule))
        return self._lists[hook]

    def _followed(self, rule: Rule) -> Iterable[Rule]:
        if rule.target is None:
            return (rule,)
        if rule.text != f"jump {rule.target}" or any(further.target for further in self.chain(rule.target).rules):
            raise RulesError(
                f"{rule.label}: found '{rule.text}'; right is a plain jump to a chain that jumps no further"
            )
        return self.chains[rule.target].rules


def parse(text: str) -> Ruleset:
    """The rules in `text`.

    Raises:
        RulesError: a line is none of those that the compiler writes.
    """
    chains: dict[str, Chain] = {}
    chain: Chain | None = None
    for number, written in enumerate(text.splitlines(), 1):
        line = written.strip()
        if not line or line.startswith("#") or _TABLE.fullmatch(line):
            continue
        if found := _CHAIN.fullmatch(line):
            if found[1] in chains:
                raise RulesError(f"line {number}: chain {found[1]} is there twice; right is each once")
            chain = chains[found[1]] = Chain(found[1])
        elif line == "}":
            chain = None
        elif chain is None:
            raise RulesError(f"line {number}: found '{line}' outside of a chain; compile the policy anew")
        elif found := _BASE.fullmatch(line):
            chain.hook, chain.policy = found[1], found[3]
        elif found := _COMMENT.fullmatch(line):
            chain.comment = found[1]
        else:
            chain.rules.append(parse_rule(line, chain.name, number))
    return Ruleset(chains)


def parse_rule(text: str, chain: str, line: int) -> Rule:
    """One rule.

    Raises:
        RulesError: it holds a construct that the compiler does not write.
    """
    place, tokens = f"{chain}, line {line}", _TOKEN.findall(text)
    fields: dict[str, Any] = {}
    try:
        while tokens:
            for key, value in _next(tokens).items():
                if fields.setdefault(key, value) != value:
                    raise ValueError(f"{key} is said twice")
    except (IndexError, ValueError) as error:
        raise RulesError(
            f"{place}: '{text}' can't be read ({error}); right is what the compiler writes; compile the policy anew"
        ) from error
    rule = Rule(text, chain, line, **fields)
    if rule.limited and rule.verdict is not None:
        raise RulesError(f"{place}: found a verdict behind a limit in '{text}'; right is a limit for logging only")
    return rule


def _next(tokens: list[str]) -> Fields:
    """Read the next construct off `tokens`."""
    for length in (2, 1):
        words = " ".join(tokens[:length])
        if words in _READERS:
            del tokens[:length]
            return _READERS[words](tokens)
    raise ValueError(f"'{tokens[0]}' is unknown")


def _elements(token: str) -> list[str]:
    inner = token[1:-1] if token.startswith("{") else token
    return [element.strip().strip('"') for element in inner.split(",")]


def _names(key: str) -> Reader:
    return lambda tokens: {key: frozenset(_elements(tokens.pop(0)))}


def _addresses(key: str, family: int) -> Reader:
    def read(tokens: list[str]) -> Fields:
        networks = [ip_network(element) for element in _elements(tokens.pop(0))]
        spans = sorted((int(network.network_address), int(network.broadcast_address)) for network in networks)
        return {"family": family, key: tuple(spans)}

    return read


def _ports(protocol: str) -> Reader:
    def read(tokens: list[str]) -> Fields:
        ends = [element.partition("-") for element in _elements(tokens.pop(0))]
        return {
            "protocol": protocol,
            "ports": tuple(sorted((int(first), int(last or first)) for first, _, last in ends)),
        }

    return read


def _protocol(tokens: list[str]) -> Fields:
    name = tokens.pop(0)
    return {"protocol": {"112": "vrrp"}.get(name, name)}


def _icmpv6(tokens: list[str]) -> Fields:
    return {"family": 6, "protocol": "icmpv6", "icmp_types": frozenset(_elements(tokens.pop(0)))}


_READERS: dict[str, Reader] = {
    "iif": _names("iifname"),
    "oif": _names("oifname"),
    "iifname": _names("iifname"),
    "ip saddr": _addresses("sources", 4),
    "ip daddr": _addresses("destinations", 4),
    "ip6 saddr": _addresses("sources", 6),
    "ip6 daddr": _addresses("destinations", 6),
    "ip protocol": _protocol,
    "meta l4proto": _protocol,
    "tcp dport": _ports("tcp"),
    "udp dport": _ports("udp"),
    "icmpv6 type": _icmpv6,
    "ct state": _names("states"),
    "limit rate": lambda tokens: {"limited": bool(tokens.pop(0))},
    "log prefix": lambda tokens: {"log": tokens.pop(0).strip('"')},
    "counter": lambda _: {"counter": True},
    "accept": lambda _: {"verdict": "accept"},
    "drop": lambda _: {"verdict": "drop"},
    "jump": lambda tokens: {"target": tokens.pop(0)},
}
