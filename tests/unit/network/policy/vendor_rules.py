"""Reads the files for other makes of firewall back into rules, so that they are proved as nftables' are.

Strict, like the reader of nftables: what is neither said nor known is a KeyError or ValueError, never no rule.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from xml.etree import ElementTree

from network.policy.ruleset import Chain, Interval, Rule, Ruleset

PORTLESS = {"ICMPv4": "icmp", "ICMPv6": "icmpv6", "icmp": "icmp", "ipv6-icmp": "icmpv6"}
PORTLESS |= {"ALL_ICMP": "icmp", "ALL_ICMP6": "icmpv6"}

Ports = tuple[str, tuple[Interval, ...] | None]
"""A protocol (empty for any) and its ports."""


@dataclass(frozen=True)
class Written:
    """A rule as a make writes it; None stands for any address."""

    name: str
    accepts: bool
    sources: Sequence[str] | None
    destinations: Sequence[str] | None
    services: Sequence[Ports]


def ruleset(written: Iterable[Written]) -> Ruleset:
    """The rules as one list that forwards, a chain for each."""
    base = Chain("base", hook="forward", policy="drop")
    chains = {"base": base}
    for rule in written:
        chain = chains[rule.name] = Chain(rule.name, comment=f"{rule.name.rpartition('-')[0]}:")
        chain.rules += _rules(rule)
        base.rules.append(Rule(f"jump {rule.name}", "base", 0, target=rule.name))
    return Ruleset(_flows_by_id(chains))


def _flows_by_id(chains: dict[str, Chain]) -> dict[str, Chain]:
    """A municipality's rule is its flow's."""
    for chain in chains.values():
        for municipality in ("gislaved", "gnosjo", "varnamo", "vaggeryd"):
            chain.comment = chain.comment.replace(f"-{municipality}:", ":")
    return chains


def _rules(rule: Written) -> Iterator[Rule]:
    for family in (4, 6):
        sources, destinations = _spans(rule.sources, family), _spans(rule.destinations, family)
        for protocol, ports in rule.services:
            yield Rule(
                rule.name,
                rule.name,
                0,
                family=family,
                sources=sources,
                destinations=destinations,
                protocol=protocol or None,
                ports=ports,
                verdict="accept" if rule.accepts else "drop",
            )


def _spans(prefixes: Sequence[str] | None, family: int) -> tuple[Interval, ...] | None:
    if prefixes is None:
        return None
    networks = [network for network in map(ip_network, prefixes) if network.version == family]
    return tuple((int(network.network_address), int(network.broadcast_address)) for network in networks)


def _ports(texts: Iterable[str]) -> tuple[Interval, ...]:
    ends = [text.partition("-") for text in texts]
    return tuple((int(first), int(last or first)) for first, _, last in ends)


def nsx_t(text: str) -> Iterator[Written]:
    for rule in json.loads(text)["rules"]:
        ends = (_any_or(rule["source_groups"], "ANY"), _any_or(rule["destination_groups"], "ANY"))
        services = [_nsx_t_service(entry) for entry in rule.get("service_entries", ())]
        yield Written(
            rule["display_name"], {"ALLOW": True, "DROP": False}[rule["action"]], *ends, services or [("", None)]
        )


def _nsx_t_service(entry: Mapping[str, object]) -> Ports:
    if entry["resource_type"] == "ICMPTypeServiceEntry":
        return PORTLESS[str(entry["protocol"])], None
    ports = entry["destination_ports"]
    assert isinstance(ports, list)
    return {"TCP": "tcp", "UDP": "udp"}[str(entry["l4_protocol"])], _ports(ports)


def palo_alto(text: str) -> Iterator[Written]:
    root = ElementTree.fromstring(text)
    addresses = {e.attrib["name"]: e.findtext("ip-netmask", "") for e in root.iterfind(".//address/entry")}
    groups = {
        e.attrib["name"]: [addresses[str(member.text)] for member in e.iterfind("static/member")]
        for e in root.iterfind(".//address-group/entry")
    }
    services = {
        e.attrib["name"]: [(p.tag, _ports(p.findtext("port", "").split(","))) for p in e.iterfind("protocol/*")]
        for e in root.iterfind(".//service/entry")
    }
    for rule in root.iterfind(".//security/rules/entry"):
        assert {str(zone.text) for zone in [*rule.iterfind("from/member"), *rule.iterfind("to/member")]} == {"any"}
        named, applications = _members(rule, "service"), _members(rule, "application")
        opened: list[Ports] = [port for name in named if name in services for port in services[name]]
        if named == ["application-default"]:
            opened = [(PORTLESS[name], None) for name in applications]
        elif named == ["any"]:
            opened = [("", None)]
        ends = [_named(_members(rule, side), groups, "any") for side in ("source", "destination")]
        accepts = {"allow": True, "deny": False}[rule.findtext("action", "")]
        yield Written(rule.attrib["name"], accepts, ends[0], ends[1], opened)


def _members(rule: ElementTree.Element, name: str) -> list[str]:
    return [str(member.text) for member in rule.iterfind(f"{name}/member")]


def fortigate(text: str) -> Iterator[Written]:
    tables = _fortigate_tables(text)
    addresses = {name: _subnet(entry["subnet"]) for name, entry in tables["address"].items()}
    addresses6 = {name: entry["ip6"][0] for name, entry in tables["address6"].items()}
    groups = {name: [addresses[member] for member in entry["member"]] for name, entry in tables["addrgrp"].items()}
    groups6 = {name: [addresses6[member] for member in entry["member"]] for name, entry in tables["addrgrp6"].items()}
    services: dict[str, list[Ports]] = {
        name: [(key.removesuffix("-portrange"), _ports(ports)) for key, ports in entry.items()]
        for name, entry in tables["service custom"].items()
    }
    services |= {name: [(protocol, None)] for name, protocol in PORTLESS.items()} | {"ALL": [("", None)]}
    for entry in tables["policy"].values():
        assert entry["srcintf"] == entry["dstintf"] == ["any"]
        ends = [
            _both(_named(entry[f"{side}addr"], groups, "all"), _named(entry[f"{side}addr6"], groups6, "all"))
            for side in ("src", "dst")
        ]
        opened = [port for name in entry["service"] for port in services[name]]
        yield Written(entry["name"][0], entry.get("action") == ["accept"], ends[0], ends[1], opened)


def _fortigate_tables(text: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    tables: dict[str, dict[str, dict[str, list[str]]]] = {}
    table: dict[str, dict[str, list[str]]] = {}
    entry: dict[str, list[str]] = {}
    for words in (shlex.split(line) for line in text.splitlines()):
        if words[:2] == ["config", "firewall"]:
            table = tables.setdefault(" ".join(words[2:]), {})
        elif words[0] == "edit":
            entry = table.setdefault(words[1], {})
        elif words[0] == "set":
            entry[words[1]] = words[2:]
        elif words[0] not in {"next", "end"}:
            raise ValueError(f"unknown: {words}")
    return tables


def _subnet(words: Sequence[str]) -> str:
    return str(ip_network("/".join(words)))


def _named(names: Sequence[str], groups: Mapping[str, Sequence[str]], any_: str) -> list[str] | None:
    return None if list(names) == [any_] else [prefix for name in names for prefix in groups[name]]


def _any_or(names: Sequence[str], any_: str) -> Sequence[str] | None:
    return None if list(names) == [any_] else names


def _both(ipv4: Sequence[str] | None, ipv6: Sequence[str] | None) -> Sequence[str] | None:
    assert (ipv4 is None) is (ipv6 is None)
    return None if ipv4 is None or ipv6 is None else [*ipv4, *ipv6]
