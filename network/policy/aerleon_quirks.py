"""What Aerleon 1.18.0 writes for nftables and what has to be otherwise, and nothing else.

* A rule of both families is written twice, and a protocol without ports also in the words of the other family, which
  nft refuses (`ip6 saddr … ip protocol …`).
* A deny is logged without limit: a flood of denied packets would be a flood of log lines.
* Its lists for the firewall itself know neither the loopback nor neighbour discovery, which conntrack does not track.
* VRRP is written by name, which nft looks up in a file that a small system lacks.
* A table can't replace itself: without that, loading twice is adding, and deleting first is a window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

TABLE = "filtering_policies"
"""The name that Aerleon gives its table."""

LOG_LIMIT = "10/second"
ESTABLISHED = "ct state established,related accept"

NEIGHBOUR_DISCOVERY = (
    "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, "
    "mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept"
)
"""RFC 4890, section 4.4.1: IPv6 does not work without."""

PLUMBING: Mapping[str, tuple[str, ...]] = {
    "input": ("iif lo accept", NEIGHBOUR_DISCOVERY),
    "output": ("oif lo accept", NEIGHBOUR_DISCOVERY),
}
"""What a list about the firewall itself accepts beside flows, by hook."""

_HOOK = re.compile(r"type filter hook (\w+) priority")
_LOGGED_DENY = re.compile(r'log prefix "(?P<name>[^"]+)" counter drop')
_VRRP = re.compile(r"(ip protocol|meta l4proto) vrrp\b")


def mended(text: str) -> str:
    """What Aerleon wrote as `text`, so that nft takes it and it means what the policy says."""
    return f"table inet {TABLE}\ndelete table inet {TABLE}\n" + "".join(f"{line}\n" for line in _lines(text))


def _lines(text: str) -> Iterator[str]:
    seen: set[str] = set()
    hook = ""
    for line in text.rstrip().splitlines():
        rule = line.strip()
        if rule.startswith("chain "):
            seen.clear()
        if rule.endswith(" accept"):
            if rule in seen or _of_other_family(rule):
                continue
            seen.add(rule)
        if found := _HOOK.search(rule):
            hook = found[1]
        indent = line[: len(line) - len(rule)]
        for mended_rule in _mended(rule, hook):
            yield indent + mended_rule


def _of_other_family(rule: str) -> bool:
    return (rule.startswith("ip ") and " meta l4proto " in rule) or (
        rule.startswith("ip6 ") and " ip protocol " in rule
    )


def _mended(rule: str, hook: str) -> Iterator[str]:
    if found := _LOGGED_DENY.fullmatch(rule):
        yield f'limit rate {LOG_LIMIT} log prefix "{found["name"]} "'
        yield "counter drop"
        return
    yield _VRRP.sub(r"\1 112", rule)
    if rule == ESTABLISHED:
        yield from PLUMBING.get(hook, ())
