"""Rules are read strictly: what the reader does not know is an error, never a rule that does not apply."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from network.policy.reachability import Packet, matches
from network.policy.ruleset import RulesError, parse, parse_rule

HEAD = "table inet t {\n    chain base {\n        type filter hook forward priority 0; policy drop;\n"
SSH = (
    'iifname "v101" ip saddr { 10.0.0.0/24, 10.2.0.1 } ip daddr 10.1.0.0/16 tcp dport { 22, 80-90 } ct state new accept'
)


def packet(source: str, destination: str, port: int, interface: str = "v101", protocol: str = "tcp") -> Packet:
    return Packet(ip_address(source), ip_address(destination), protocol, port, interface)


@pytest.mark.parametrize(
    ("asked", "hit"),
    [
        (packet("10.0.0.9", "10.1.2.3", 22), True),
        (packet("10.2.0.1", "10.1.2.3", 85), True),
        (packet("10.2.0.2", "10.1.2.3", 22), False),
        (packet("10.0.0.9", "10.2.0.0", 22), False),
        (packet("10.0.0.9", "10.1.2.3", 91), False),
        (packet("10.0.0.9", "10.1.2.3", 22, "v102"), False),
        (packet("10.0.0.9", "10.1.2.3", 22, protocol="udp"), False),
        (packet("fd00::1", "fd00::2", 22), False),
    ],
)
def test_a_rule_matches_when_all_that_it_asks_for_holds(asked: Packet, hit: bool):
    assert matches(parse_rule(SSH, "c", 1), asked) is hit


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("tcp sport 22 accept", "'tcp' is unknown"),
        ("ip saddr != 10.0.0.0/8 accept", "!="),
        ("ip saddr @trusted accept", "@trusted"),
        ("ct mark 1 accept", "'ct' is unknown"),
        ("ip saddr 10.0.0.0/24 ip6 daddr fd00::/64 accept", "family is said twice"),
        ("tcp dport ssh accept", "ssh"),
        ("reject", "'reject' is unknown"),
        ("limit rate 1/second accept", "a verdict behind a limit"),
        ("tcp dport", "can't be read"),
    ],
)
def test_an_unknown_construct_is_an_error(rule: str, reason: str):
    with pytest.raises(RulesError, match=reason) as caught:
        parse_rule(rule, "FLOW-A", 7)
    assert "FLOW-A, line 7" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{HEAD}        jump nowhere\n    }}\n}}\n", "found no chain nowhere; right is one for each list and flow"),
        (f"{HEAD}        ip saddr 10.0.0.0/8 jump base\n    }}\n}}\n", "right is a plain jump"),
        (f"{HEAD}        jump base\n    }}\n}}\n", "right is a plain jump to a chain that jumps no further"),
        (f"{HEAD}    }}\n    chain base {{\n    }}\n}}\n", "chain base is there twice"),
        ("table inet t {\n    accept\n}\n", "outside of a chain"),
    ],
)
def test_a_file_that_the_compiler_does_not_write_is_an_error(text: str, reason: str):
    with pytest.raises(RulesError, match=reason):
        parse(text).flat("forward")


def test_a_list_that_is_missing_is_an_error():
    with pytest.raises(RulesError, match="found 0 base chains at input"):
        parse(f"{HEAD}    }}\n}}\n").base("input")
