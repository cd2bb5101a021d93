"""Every host's lines are in the one store within seconds, and nobody else's (SEC-1, SEC-2)."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable

import pytest

from reference.handover import Handover, HandoverHost
from tests.hosts.conftest import On
from tests.hosts.facts import Facts, new_word

ARRIVING = 10.0
"""Seconds within which a line is in the store (SEC-1)."""

PORT = 6514
PKI = "/etc/ggvv/pki"
FOREIGN = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=$(hostname -f)"
"""A certificate with the sender's own name, that nobody vouches for."""

HEARD = "with the host's certificate"
REFUSED = ("in plain text", "without a certificate", "with a foreign certificate")

Search = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def search(on: On, booted: Handover) -> Search:
    """Searches the store as the SOC does; the hosts whose word it has. sudo's line has it too, and is another."""
    store = next((host.name for host in booted.hosts if host.role == "log-store"), None)
    if store is None:
        pytest.skip("not assessed: this profile has no log store")

    def run(word: str) -> set[str]:
        found = on(store).check_output(f"ggvv-logs --since 10m --text '^ggvv-proof:.*{word}' | jq -r .host | sort -u")
        return {name.partition(".")[0] for name in found.split()}

    return run


@pytest.fixture(scope="module")
def arrived(search: Search, looks: dict[str, Facts], word: str) -> set[str]:
    """The hosts whose word was in the store within `ARRIVING` seconds after the last of them had logged it."""
    deadline = time.monotonic() + ARRIVING
    while (found := search(word)) < {*looks} and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


@pytest.mark.requirement("SEC-1", "SEC-2")
def test_the_host_s_line_is_in_the_store(arrived: set[str], machine: HandoverHost):
    assert machine.name in arrived, f"a line that {machine.name} logged is not in the store after {ARRIVING:.0f} s"


def send(on: On, sender: str, relay: HandoverHost, word: str, *, how: str) -> None:
    """Send a line to a relay's port as rsyslog would, with whichever proof of who sends it."""
    line = f"<14>1 - {sender} ggvv-proof - - - {word}"
    frame = f"printf %s {shlex.quote(f'{len(line)} {line}')}"
    ways = {
        HEARD: f"{tls(relay)} -cert {PKI}/host.pem -key {PKI}/host.key",
        "with a foreign certificate": f"{tls(relay)} -cert cert -key key",
        "without a certificate": tls(relay),
        "in plain text": f"nc -w 2 {relay.ipv4} {PORT}",
    }
    script = f"cd $(mktemp -d) && {FOREIGN} 2>/dev/null; ({frame}; sleep 1) | timeout 5 {ways[how]}"
    on(sender).run(f"sh -c {shlex.quote(script)}")


def tls(relay: HandoverHost) -> str:
    return f"openssl s_client -quiet -connect {relay.ipv4}:{PORT} -CAfile {PKI}/ca.pem"


@pytest.fixture(scope="module")
def sent(on: On, booted: Handover, search: Search) -> dict[str, bool]:
    """Whether a line came into the store, by how it was sent."""
    relay = next(host for host in booted.hosts if host.role == "log-relay")
    sender = next(host.name for host in booted.hosts if host.role == "name-and-time")
    words = {how: new_word() for how in (*REFUSED, HEARD)}
    for how, word in words.items():
        send(on, sender, relay, word, how=how)
    deadline = time.monotonic() + ARRIVING
    while not search(words[HEARD]) and time.monotonic() < deadline:
        time.sleep(0.5)
    return {how: bool(search(word)) for how, word in words.items()}


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("how", REFUSED)
def test_a_sender_that_does_not_prove_itself_is_refused(sent: dict[str, bool], how: str):
    assert not sent[how], f"a line sent {how} is in the store; right is that the relay refuses it"


@pytest.mark.requirement("SEC-1")
def test_a_sender_with_its_certificate_is_heard(sent: dict[str, bool]):
    """So that the refusals above are the relay's, and not of a way to send that never works."""
    assert sent[HEARD]
