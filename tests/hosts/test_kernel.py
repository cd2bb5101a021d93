"""The kernel's side: what it refuses, and what it notes (SEC-1). A lab's hosts share one that isn't theirs to set."""

from __future__ import annotations

import pytest

from reference.handover import HandoverHost
from tests.hosts.asked import settings
from tests.hosts.expectation import assert_all, assert_exactly
from tests.hosts.facts import Facts

pytestmark = pytest.mark.requirement("SEC-1")
SHARED = "not assessed: a lab's hosts share the machine's kernel"


def lines(facts: Facts, path: str) -> list[str]:
    """The lines of a file, without comments."""
    found = facts["files"][path]
    assert found is not None, f"{path}: found none; run: ggvv configure"
    return [line for line in found["text"].splitlines() if line and not line.startswith("#")]


def test_the_kernel_has_every_declared_setting(facts: Facts, machine: HandoverHost):
    if facts["container"]:
        pytest.skip(SHARED)
    assert_all(facts["sysctl"], settings("kernel", machine.role), "/proc/sys")


def test_modules_that_nobody_needs_are_refused(facts: Facts, machine: HandoverHost):
    right = [
        line for key in settings("modules", machine.role) for line in (f"install {key} /bin/false", f"blacklist {key}")
    ]
    assert_exactly(lines(facts, "/etc/modprobe.d/ggvv.conf"), right, "/etc/modprobe.d/ggvv.conf")


def test_the_audit_s_rules_are_the_declared(facts: Facts, machine: HandoverHost):
    declared = settings("audit", machine.role).items()
    right = [f"{rule} -k {key}" for key, rules in declared for rule in rules.splitlines()]
    assert_exactly(lines(facts, "/etc/audit/rules.d/50-ggvv.rules"), right, "audit rules")


def test_the_kernel_audits(facts: Facts):
    if facts["container"]:
        pytest.skip(SHARED)
    assert facts["audit"].splitlines()[:1] == ["enabled 1"], (
        f"auditctl -s: found {facts['audit']!r}; right is enabled 1"
    )


def test_programs_leave_no_memory_images(facts: Facts):
    assert_exactly(lines(facts, "/etc/security/limits.d/ggvv-core.conf"), ["* hard core 0"], "limits")
