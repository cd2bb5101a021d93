"""Grants in the words of Aerleon: named networks and services, and one term for each grant and kind of protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from aerleon.lib.naming import Naming

from network.policy.grant import Grant
from network.policy.zone import Zone

Term = dict[str, Any]
"""A term as `aerleon.api` takes it; its own type requires keys that it does not."""

PORTLESS = "ip"
"""What the terms of protocols without ports have in their name."""


def definitions(every: Iterable[Zone], grants: Iterable[Grant]) -> Naming:
    """The zones' networks by their names, and the grants' ports by `service_name`."""
    ports = {service_name(grant, protocol): (protocol, grant.ports[protocol]) for grant, protocol in _ported(grants)}
    naming = Naming()
    naming.ParseDefinitionsObject(
        {
            "networks": {
                zone.name: {"values": [{"address": str(prefix)} for prefix in zone.prefixes]} for zone in every
            },
            "services": {
                name: [{"protocol": protocol, "port": _text(*port)} for port in ranges]
                for name, (protocol, ranges) in ports.items()
            },
        },
        "network/policy",
    )
    return naming


def terms(
    grant: Grant,
    *,
    sources: Sequence[Zone] | None = None,
    destinations: Sequence[Zone] | None = None,
    suffix: str = "",
) -> list[Term]:
    """The terms that accept what `grant` allows, with the flow's id as comment.

    `sources` and `destinations` replace the grant's (empty for any); `suffix` keeps names apart where a grant is
    written into more than one list.
    """
    ends = (grant.sources if sources is None else sources, grant.destinations if destinations is None else destinations)
    ported = [protocol for protocol, ranges in grant.ports.items() if ranges]
    portless = [protocol for protocol, ranges in grant.ports.items() if not ranges]
    made = [
        _term(grant, f"{grant.name}-{protocol}{suffix}", *ends)
        | {"protocol": [protocol], "destination-port": [service_name(grant, protocol)]}
        for protocol in ported
    ]
    if portless:
        made.append(_term(grant, f"{grant.name}-{PORTLESS}{suffix}", *ends) | {"protocol": portless})
    return made


def deny(name: str) -> Term:
    """The term that ends a list: everything else is dropped, counted and logged."""
    return {"name": name, "action": "deny", "logging": True, "counter": name}


def service_name(grant: Grant, protocol: str) -> str:
    """The name of the ports that `grant` opens; those of one flow are the same for each municipality."""
    return f"{grant.flow.id}-{protocol}"


def _term(grant: Grant, name: str, sources: Sequence[Zone], destinations: Sequence[Zone]) -> Term:
    term: Term = {
        "name": name,
        "comment": f"{grant.flow.id}: {grant.flow.reason}",
        "action": "accept",
        "counter": grant.flow.id,
    }
    if sources:
        term["source-address"] = [zone.name for zone in sources]
    if destinations:
        term["destination-address"] = [zone.name for zone in destinations]
    return term


def _ported(grants: Iterable[Grant]) -> Iterable[tuple[Grant, str]]:
    return ((grant, protocol) for grant in grants for protocol, ranges in grant.ports.items() if ranges)


def _text(first: int, last: int) -> int | str:
    return first if first == last else f"{first}-{last}"
