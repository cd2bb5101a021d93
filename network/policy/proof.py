"""Proves compiled rules against the policy, for every pair of addresses, every protocol and port (FW-1, FW-2).

The rules are read from the compiled text; what they should open is worked out from the flows alone. Both families,
all three ways of a packet through a firewall (forwarded, to it, from it), and which senders come in by which interface.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from network.policy.flow import FlowPolicy
from network.policy.grant import Grant, every_zone, grants
from network.policy.intention import intention
from network.policy.list_proof import ListProof
from network.policy.ruleset import RulesError, Ruleset, parse
from network.policy.senders_proof import sender_findings
from network.policy.structure import structure_findings
from network.policy.ways_proof import way_findings
from network.policy.zone import Zone, zones
from reference.architecture import Architecture

MOST = 20
"""Findings told of one list of rules; a single wrong rule can make thousands."""


def prove(architecture: Architecture, policy: FlowPolicy, texts: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with the rules of each site in `texts`; nothing, if they are the policy.

    `policy` has no flow that has ended.
    """
    return tuple(differences(architecture, policy, texts))


def differences(architecture: Architecture, policy: FlowPolicy, texts: Mapping[str, str]) -> Iterator[str]:
    """The findings of `prove` one by one, as they are found."""
    rulesets: dict[str, Ruleset] = {}
    for site, text in texts.items():
        try:
            rulesets[site] = parse(text)
            yield from _of_site(architecture, policy, site, rulesets[site])
        except RulesError as error:
            yield f"{site}: {error}"
    if len(rulesets) == len(texts):
        every = zones(architecture)
        forwarded = [grant for grant in grants(policy, every_zone(architecture, next(iter(texts)))) if not grant.local]
        yield from way_findings(architecture, rulesets, every, intention(forwarded))


def _of_site(architecture: Architecture, policy: FlowPolicy, site: str, ruleset: Ruleset) -> Iterator[str]:
    every = every_zone(architecture, site)
    allowed = grants(policy, every)
    yield from (f"{site}: {finding}" for finding in structure_findings(ruleset, allowed, site))
    yield from (f"{site}: {finding}" for finding in islice(sender_findings(ruleset, architecture, site), MOST))
    for proof in _lists(every, allowed, site):
        yield from (f"{site} {proof.hook}: {finding}" for finding in islice(proof.findings(ruleset), MOST))


def _lists(every: Sequence[Zone], allowed: Sequence[Grant], site: str) -> Iterator[ListProof]:
    """The three lists: which zones can be at each end. A firewall sends as any of its own."""
    routed = [zone for zone in every if zone.routed]
    own = [zone for zone in every if zone.held_at(site) or not zone.routed]
    whole = intention(allowed)
    yield ListProof("forward", routed, routed, intention(grant for grant in allowed if not grant.local))
    yield ListProof("input", every, own, whole)
    yield ListProof("output", own, every, whole, sent_by=frozenset(zone.name for zone in own))
