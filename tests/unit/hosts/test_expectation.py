"""The hosts' tests can fail: each assertion of theirs does, and says what was found and what is right."""

from __future__ import annotations

import pytest

from tests.hosts.expectation import assert_all, assert_exactly, assert_is
from tests.hosts.facts import Facts
from tests.hosts.test_network import open_doors


def test_another_value_is_told_beside_the_right_one():
    assert_is(1, 1, "votes")
    with pytest.raises(AssertionError, match="votes: found 1; right is 3"):
        assert_is(1, 3, "votes")


def test_only_settings_that_differ_are_told():
    assert_all({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2}, "sysctl")
    with pytest.raises(AssertionError, match=r"sysctl: found {'b': None}; right is {'b': 2}"):
        assert_all({"a": 1}, {"a": 1, "b": 2}, "sysctl")


@pytest.mark.parametrize(
    ("found", "said"), [(["22", "23"], "found 23, which nobody declared"), ([], "did not find 22; right is 22")]
)
def test_what_is_too_much_and_what_is_missing_are_both_told(found: list[str], said: str):
    assert_exactly(["22"], ["22"], "ports")
    with pytest.raises(AssertionError, match=said):
        assert_exactly(found, ["22"], "ports")


def test_a_host_that_was_not_reached_fails_each_of_its_tests_with_what_it_said():
    with pytest.raises(AssertionError, match="dc1-ns-01 could not be looked at: connection refused"):
        Facts("dc1-ns-01", "connection refused")["sshd"]


@pytest.mark.requirement("FW-1")
def test_a_socket_on_loopback_is_no_door_and_one_on_every_address_is():
    lines = [
        'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))',
        'tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=4))',
        'tcp LISTEN 0 5 127.0.0.1:8953 0.0.0.0:* users:(("unbound",pid=2,fd=3))',
        'udp UNCONN 0 0 [::1]%lo:323 [::]:* users:(("chronyd",pid=3,fd=5))',
        'tcp LISTEN 0 128 *:6514 *:* users:(("rsyslogd",pid=4,fd=5))',
    ]
    assert [(protocol, port) for protocol, port, _ in open_doors(lines)] == [("tcp", 22), ("tcp", 22), ("tcp", 6514)]
