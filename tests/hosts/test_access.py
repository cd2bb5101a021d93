"""Who gets in and who becomes root: by key, under an own name, on the record (FW-1, SEC-1)."""

from __future__ import annotations

import pytest

from lab.hosts.hosts import Hosts
from lab.hosts.image import USER
from reference.handover import HandoverHost
from tests.hosts.asked import settings
from tests.hosts.expectation import assert_all, assert_exactly, assert_is
from tests.hosts.facts import Facts


@pytest.mark.requirement("SEC-1", "FW-1")
def test_sshd_runs_with_every_declared_setting(facts: Facts, machine: HandoverHost):
    effective = dict(line.lower().partition(" ")[::2] for line in facts.lines("sshd"))
    declared = {key.lower(): value.lower() for key, value in settings("ssh", machine.role).items()}
    assert_all(effective, declared, "sshd -T")


@pytest.mark.requirement("SEC-1")
def test_no_account_has_a_password(facts: Facts):
    assert_is(facts["doors"]["passwords"], [], "/etc/shadow: accounts with a password")


@pytest.mark.requirement("SEC-1", "FW-1")
def test_only_the_declared_keys_are_let_in(facts: Facts, lab_hosts: Hosts):
    administrator = lab_hosts.ssh_config.with_name("id_ed25519.pub").read_text().strip()
    found = {name: [" ".join(key.split()[:2]) for key in keys] for name, keys in facts["doors"]["keys"].items()}
    assert_is(found, {USER: [administrator]}, "authorized_keys")


@pytest.mark.requirement("SEC-1")
def test_sudo_has_every_declared_default(facts: Facts, machine: HandoverHost):
    rules = facts["files"]["/etc/sudoers.d/50-ggvv"]
    assert rules is not None, "/etc/sudoers.d/50-ggvv: found none; run: ggvv configure"
    defaults = [line.removeprefix("Defaults ") for line in rules["text"].splitlines() if line.startswith("Defaults ")]
    assert_exactly(defaults, settings("sudo", machine.role).values(), "defaults of sudo")
    assert_is((rules["mode"], rules["owner"]), ("0440", "root"), "/etc/sudoers.d/50-ggvv")


@pytest.mark.requirement("SEC-1")
def test_a_warning_stands_before_each_way_in(facts: Facts, machine: HandoverHost):
    for path in settings("banner", machine.role):
        found = facts["files"][path]
        assert found is not None, f"{path}: found none; right is a warning"
        assert "may be examined" in found["text"], f"{path}: found {found['text']!r}; right is a warning"
        assert "Debian" not in found["text"], f"{path}: names the system"
