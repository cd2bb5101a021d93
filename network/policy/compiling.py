"""The policy as rules that nftables loads: one text for the firewalls of each site (FW-1).

Each site's firewalls carry the whole policy: a cut link may send any flow by any site. What differs from site to site
is what ends at the firewalls themselves, and which senders are genuine on which interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from aerleon import api
from aerleon.lib.policy_builder import PolicyFilter
from jinja2 import Environment, PackageLoader, StrictUndefined

from network.policy.aerleon_quirks import LOG_LIMIT, mended
from network.policy.binding import Binding, bindings
from network.policy.flow import FlowPolicy
from network.policy.grant import Grant, every_zone, grants
from network.policy.terms import Term, definitions, deny, terms
from network.policy.zone import Network, Zone
from reference.architecture import Architecture

DENY, SPOOFED = "DENY", "SPOOFED"
"""What log lines begin with: of a list's last rule (with its hook), and of forged senders."""


def compiled(architecture: Architecture, today: date, policy: FlowPolicy | None = None) -> Mapping[str, str]:
    """The nftables rules for the firewalls of each site, by the site's id; flows that have ended are left out.

    `policy` replaces the project's own. The text replaces its tables in one transaction (`nft -f`); same
    policy, same bytes.

    Raises:
        ArchitectureError: a file of the policy can't be read.
    """
    current = (policy or FlowPolicy.load()).current(today)
    return {site.id: _site(architecture, current, site.id) for site in architecture.sites}


def _site(architecture: Architecture, policy: FlowPolicy, site: str) -> str:
    every = every_zone(architecture, site)
    head = f"# Flow policy of {architecture.choices.environment}, firewalls of {site}; made from network/policy/.\n"
    bound = bindings(architecture, [zone for zone in every if zone.routed], site)
    return head + _senders(bound) + _flows(grants(policy, every), every, site)


def _flows(allowed: Sequence[Grant], every: Sequence[Zone], site: str) -> str:
    filters = [_filter(hook, listed) for hook, listed in listed_terms(allowed, site).items()]
    written = api.Generate([{"filename": site, "filters": filters}], definitions(every, allowed))
    if not written:
        raise RuntimeError(f"Aerleon wrote nothing for {site}")
    (text,) = written.values()
    return mended(text)


def listed_terms(allowed: Sequence[Grant], site: str) -> Mapping[str, list[Term]]:
    """The terms of each list at `site` in their order, by hook: passing through, to the firewall, from it."""
    lists = {
        "forward": [term for grant in allowed if not grant.local for term in terms(grant)],
        "input": [term for grant in allowed if ends_at(grant.destinations, site) for term in _input(grant, site)],
        "output": [term for grant in allowed if ends_at(grant.sources, site) for term in _output(grant)],
    }
    return {hook: [*listed, deny(f"{DENY}-{hook}")] for hook, listed in lists.items()}


def ends_at(zones: Iterable[Zone], site: str) -> bool:
    """Whether some of `zones` are the firewalls of `site` themselves."""
    return any(zone.held_at(site) or not zone.routed for zone in zones)


def _input(grant: Grant, site: str) -> list[Term]:
    """Only the firewalls' own addresses are destinations."""
    own = tuple(zone for zone in grant.destinations if ends_at([zone], site))
    return terms(grant, destinations=own, suffix="-in")


def _output(grant: Grant) -> list[Term]:
    """From any of the firewall's own addresses: it answers to routing which one."""
    return terms(grant, sources=(), suffix="-out")


def _filter(hook: str, listed: list[Term]) -> PolicyFilter:
    header = {"targets": {"nftables": f"mixed {hook}"}}
    return cast("PolicyFilter", {"header": header, "terms": listed})


def _senders(bound: Iterable[Binding]) -> str:
    """Aerleon knows neither the prerouting hook nor `all but`, so this list has its own template."""
    environment = Environment(
        loader=PackageLoader("network.policy", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - rules, not a page
    )
    environment.filters |= {"interfaces": _interfaces, "elements": _elements}
    return environment.get_template("senders.nft.j2").render(bindings=bound, limit=LOG_LIMIT, prefix=SPOOFED)


def _interfaces(names: Sequence[str]) -> str:
    return "iifname " + _set([f'"{name}"' for name in names])


def _elements(prefixes: Iterable[Network]) -> str:
    return _set([str(prefix) for prefix in prefixes])


def _set(elements: list[str]) -> str:
    return elements[0] if len(elements) == 1 else f"{{ {', '.join(elements)} }}"
