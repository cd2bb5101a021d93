"""The policy in the words of other makes of firewall, for an operator to load: FortiGate, Palo Alto, NSX-T (FW-1).

One file serves the firewalls of every site, since each carries the whole policy. What ends at a firewall itself is not
in it: those makes have their own settings for administration, neighbours and forged senders (docs/network.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from aerleon import api
from aerleon.lib.policy_builder import PolicyFilter

from network.policy.flow import FlowPolicy
from network.policy.grant import grants
from network.policy.terms import Term, definitions, deny, terms
from network.policy.zone import Zone, zones
from reference.architecture import Architecture

LAST_TERM = "DENY-all"
ANY_SERVICE = 'set service "ALL"'
PING_SERVICES = 'set service "ALL_ICMP" "ALL_ICMP6"'
"""FortiOS's own names for ICMP in IPv4 and IPv6."""


def fortigate(architecture: Architecture, policy: FlowPolicy) -> str:
    """The policy for FortiOS.

    Aerleon opens every service for a protocol without ports; of those only ICMP is ever forwarded, which FortiOS
    names itself.
    """
    logged = {"option": ["log_traffic_mode_all"]}
    text = _written(architecture, policy, "fortigate", "from-zone any to-zone any mixed", logged)
    accepted, last, denied = text.partition(f'set name "{LAST_TERM}"')
    return accepted.replace(ANY_SERVICE, PING_SERVICES) + last + denied


def palo_alto(architecture: Architecture, policy: FlowPolicy) -> str:
    """The policy for PAN-OS."""
    return _written(architecture, policy, "paloalto", "from-zone any to-zone any mixed addr-obj")


def nsx_t(architecture: Architecture, policy: FlowPolicy) -> str:
    """The policy for the distributed firewall of NSX-T, which stands before every virtual machine."""
    return _written(architecture, policy, "nsxt", "ggvv mixed")


VENDORS: dict[str, tuple[str, Callable[[Architecture, FlowPolicy], str]]] = {
    "fortigate": (".conf", fortigate),
    "paloalto": (".xml", palo_alto),
    "nsxt": (".json", nsx_t),
}
"""How each make's file ends, and what writes it."""


def _written(architecture: Architecture, policy: FlowPolicy, make: str, header: str, ending: Term | None = None) -> str:
    every = zones(architecture)
    allowed = grants(_forwarded(policy, every), every)
    listed = [_plain(term) for grant in allowed for term in terms(grant)]
    last = {**_plain(deny(LAST_TERM)), **(ending or {})}
    filter_ = cast("PolicyFilter", {"header": {"targets": {make: header}}, "terms": [*listed, last]})
    with _quiet():
        written = api.Generate([{"filename": make, "filters": [filter_]}], definitions(every, allowed))
    if not written:
        raise RuntimeError("Aerleon wrote nothing")
    (text,) = written.values()
    return text.rstrip() + "\n"


def _forwarded(policy: FlowPolicy, every: Sequence[Zone]) -> FlowPolicy:
    """The flows that pass a firewall: not those of the firewalls among themselves."""
    kinds = {zone.kind for zone in every} | {"every"}
    flows = tuple(flow for flow in policy.flows if all(end.zone in kinds for end in flow.sources))
    return policy.model_copy(update={"flows": flows})


def _plain(term: Term) -> Term:
    """These makes count by themselves."""
    return {key: value for key, value in term.items() if key != "counter"}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without a warning for each comment: Aerleon says that NSX-T has none, and writes it as a note."""
    logger = logging.getLogger("absl")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
