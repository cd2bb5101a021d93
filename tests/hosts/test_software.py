"""What is installed and runs: the declared, nothing that nobody needs, watched and kept up to date (SEC-1)."""

from __future__ import annotations

import pytest

from reference.handover import HandoverHost
from tests.hosts.asked import keeps_files, packages, settings, units
from tests.hosts.expectation import assert_all, assert_is
from tests.hosts.facts import Facts

pytestmark = pytest.mark.requirement("SEC-1")


def installed(facts: Facts) -> set[str]:
    return {line.split()[0] for line in facts.lines("packages") if line.endswith(" installed")}


def test_the_system_is_up_and_nothing_of_it_failed(facts: Facts):
    assert_is((facts.lines("failed"), facts["state"].strip()), ([], "running"), "systemctl")


def test_the_declared_units_run_and_start_with_the_machine(facts: Facts, machine: HandoverHost):
    found = {}
    for block in facts["services"].strip().split("\n\n"):
        unit = dict(line.partition("=")[::2] for line in block.splitlines())
        found[unit["Id"]] = (unit["ActiveState"], unit["UnitFileState"])
    right = {unit.unit: ("active", "enabled") for unit in units(machine)}
    if facts["container"]:  # no mirror is in reach there: the role starts no timer that would ask one, a restart does
        right |= {name: (found[name][0], "enabled") for name in right if name.startswith("apt-daily")}
    assert_all(found, right, "systemctl show")


def test_the_declared_packages_are_installed(facts: Facts):
    missing = packages()[0] - installed(facts)
    assert not missing, f"did not find the packages {', '.join(sorted(missing))}; run: ggvv configure"


def test_nothing_is_installed_that_no_host_needs(facts: Facts):
    surplus = packages()[1] & installed(facts)
    assert not surplus, f"found the packages {', '.join(sorted(surplus))}; right is none of them"


def test_security_updates_are_taken_unattended(facts: Facts, machine: HandoverHost):
    found = dict(line.rstrip(";").partition(" ")[::2] for line in facts.lines("updates"))
    right = {key: f'"{value}"' for key, value in settings("updates", machine.role).items()}
    assert_all(found, right, "apt-config dump")


def test_updates_are_fetched(facts: Facts):
    if facts["container"]:
        pytest.skip("not assessed: no mirror is in reach of a lab's hosts")
    assert facts["services"].count("ActiveState=active") >= len(facts["services"].split("\n\n"))


def test_every_file_has_a_fingerprint_to_be_compared_with(facts: Facts):
    assert facts["files"]["/etc/ggvv/aide.conf"] is not None, "found no /etc/ggvv/aide.conf; run: ggvv configure"
    assert facts["fingerprints"] > 0, "found no /var/lib/ggvv-integrity/files.db, or an empty one; run: ggvv configure"


def test_files_that_are_kept_for_others_are_searched_for_malware(facts: Facts, machine: HandoverHost):
    right = keeps_files(machine.role)
    assert_is(
        (facts["malware"].strip(), "clamav" in installed(facts) or not right),
        ("active" if right else "inactive", True),
        "ggvv-malware-scan.timer",
    )
