"""Copies: of every host, in its zone and locked in the vault, no older than its class says (BAK-1 to BAK-3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from operations.copies import Copy, HostCopies, by_host, listed
from operations.restore_tests import FILE, by_class, written_down
from reference.backup_plan import BackupPlan
from reference.backup_service import BackupJob, doors, jobs_among
from reference.handover import HandoverHost
from reference.host import HostRole
from tests.hosts.asked import Asked
from tests.hosts.conftest import On
from tests.hosts.expectation import assert_is

LOCKED = ("kopia.repository", "kopia.blobcfg", "p", "q", "n", "xn")
"""How the names of objects begin that a restore needs (kopia, repo/locking_storage.go)."""

LOCKS = """
import json, pathlib
root = pathlib.Path("/srv/vault")
kept = {path.stat().st_ino for path in (root / "kept").iterdir()}
found = []
for path in (root / "objects").glob("*/*"):
    lock = root / "metadata" / path.parent.name / path.name / "meta" / "object-retention"
    if path.is_file():
        found.append([path.parent.name, path.name, json.loads(lock.read_text()) if lock.exists() else None,
                      path.stat().st_ino in kept, path.stat().st_mtime])
print(json.dumps(found))
"""
"""Runs on the vault: each object's bucket, name, lock, whether its file is kept, and when it was written."""

FRESH = 90.0
"""Seconds after which a new file is kept from the store's own account; it is looked after every minute."""


@pytest.fixture(scope="module")
def jobs(asked: Asked) -> Mapping[str, BackupJob]:
    """What is to be done for each host; not assessed where no backup server is there (a small lab)."""
    there = [host.name for host in asked.hosts]
    found = {job.host: job for job in jobs_among(there, asked.handover, BackupPlan.load())}
    if not found:
        pytest.skip("not assessed: no backup server is among the hosts")
    return found


@pytest.fixture(scope="module")
def copies(jobs: Mapping[str, BackupJob], on: On) -> Mapping[str, HostCopies]:
    """What there is of each host, as the servers say."""
    found: list[Copy] = []
    servers = sorted({job.servers[0] for job in jobs.values()})
    for server in servers:
        for door in doors(tuple(jobs.values())):
            for store in ("local", "vault") if server == servers[0] else ("local",):
                said = on(server).check_output(f"ggvv-repository {door.owner} {store} snapshot list --all --json")
                found += listed(store, said)
    return {each.job.host: each for each in by_host(jobs.values(), found)}


@pytest.fixture(scope="module")
def vault(asked: Asked, jobs: Mapping[str, BackupJob]) -> HandoverHost:
    assert jobs
    return next(host for host in asked.hosts if host.role == HostRole.BACKUP_VAULT)


@pytest.mark.requirement("BAK-1", "BAK-2")
def test_copies_are_whole_and_no_older_than_the_class_says(
    machine: HandoverHost, jobs: Mapping[str, BackupJob], copies: Mapping[str, HostCopies]
):
    if machine.name not in jobs:
        pytest.skip(f"not assessed: {machine.role} is left out of the backup plan")
    found = copies[machine.name]
    assert_is(found.finding(datetime.now(UTC)), "", f"{machine.name}: its copies")
    assert_is(sum(copy.failed for copy in found.copies), 0, f"{machine.name}: files that could not be copied")


@pytest.mark.requirement("BAK-1", "BAK-2", "GOV-2")
def test_a_host_of_each_class_came_back_from_the_vault_in_time(on: On, jobs: Mapping[str, BackupJob]):
    """The 0 of 3-2-1-1-0: no error, and no longer ago than the plan says."""
    servers = sorted({job.servers[0] for job in jobs.values()})
    tests = [test for server in servers for test in written_down(on(server).check_output("cat %s", FILE))]
    now, used = datetime.now(UTC), {job.class_id for job in jobs.values()}
    found = {each.kept_as.id: each.finding(now) for each in by_class(BackupPlan.load(), used, tests)}
    assert_is(found, dict.fromkeys(sorted(used), ""), "restore tests")


@pytest.mark.requirement("BAK-3", "GOV-2")
def test_what_a_restore_needs_is_locked_in_compliance_mode(on: On, vault: HandoverHost):
    now = datetime.now(UTC)
    longest = min(each.longest_days for each in BackupPlan.load().classes)
    found = json.loads(on(vault.name).check_output("python3 -c %s", LOCKS))
    needed = [each for each in found if each[1].startswith(LOCKED)]
    assert needed, f"{vault.name}: found no object that a restore needs"
    for bucket, name, lock, _kept, _written in needed:
        assert lock is not None, f"{bucket}/{name}: found no lock; right is compliance mode"
        assert_is(lock["Mode"], "COMPLIANCE", f"{bucket}/{name}: its lock")
        left = (datetime.fromisoformat(lock["RetainUntilDate"]) - now).days
        assert 0 <= left <= longest, f"{bucket}/{name}: locked for {left} more days; right is 0 to {longest}"


@pytest.mark.requirement("BAK-3")
def test_locked_files_are_kept_from_the_store_s_own_account(on: On, vault: HandoverHost):
    found = json.loads(on(vault.name).check_output("python3 -c %s", LOCKS))
    now = datetime.now(UTC)
    locked = [each for each in found if each[2] and datetime.fromisoformat(each[2]["RetainUntilDate"]) > now]
    settled = [each for each in locked if each[4] < now.timestamp() - FRESH]
    loose = [f"{bucket}/{name}" for bucket, name, _lock, kept, _written in settled if not kept]
    assert_is(loose, [], f"{vault.name}: locked files that the store's account could free")
    refused = on(vault.name).run("runuser -u versitygw -- ls /srv/vault/kept")
    assert refused.rc != 0, f"{vault.name}: the store's account sees what is kept from it"


@pytest.mark.requirement("BAK-1", "SEP-1")
def test_a_host_is_let_in_at_its_own_owner_s_door_only(on: On, jobs: Mapping[str, BackupJob]):
    one = next(job for job in jobs.values() if job.door.owner != "environment")
    for door in doors(tuple(jobs.values())):
        config = f"sed s/:{one.door.port}/:{door.port}/ /var/lib/ggvv-backup/local.config"
        command = f"{config} > /var/lib/ggvv-backup/other.config && ggvv-backup other snapshot list --all --json"
        said = on(one.host).run(f"sh -c '{command}; code=$?; rm -f /var/lib/ggvv-backup/other.config; exit $code'")
        if door == one.door:
            assert said.rc == 0, f"{one.host}: refused at its own door: {said.stderr}"
        else:
            assert "access denied" in said.stderr, f"{one.host}: found no refusal at the door of {door.owner}"


@pytest.mark.requirement("BAK-3")
def test_the_vault_s_administration_is_reached_on_the_vault_only(on: On, vault: HandoverHost):
    said = on(vault.name).check_output("ss --no-header --listening --numeric --tcp 'sport = :7071'")
    ends = {line.split()[3] for line in said.splitlines()}
    assert ends, f"{vault.name}: nothing listens on 7071"
    assert ends <= {"127.0.0.1:7071", "[::1]:7071"}, f"{vault.name}: the administration listens on {sorted(ends)}"
