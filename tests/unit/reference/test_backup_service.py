"""Who keeps whose backups, by which door: each owner by itself, the same for all time (BAK-1 to BAK-3, SEP-1)."""

from __future__ import annotations

import pytest

from operations.stack_settings import StackSettings
from reference.backup_plan import BackupPlan
from reference.backup_service import (
    ENVIRONMENT,
    FIRST_PORT,
    OWNERS,
    BackupJob,
    backup_jobs,
    door_of,
    doors,
    jobs_among,
    owners,
)
from reference.handover import Handover, undeployed
from reference.listener import load_listeners


@pytest.fixture(scope="module")
def handover() -> Handover:
    return undeployed(StackSettings.read("lab").architecture())


@pytest.fixture(scope="module")
def jobs(handover: Handover) -> dict[str, BackupJob]:
    return {job.host: job for job in backup_jobs(handover, BackupPlan.load())}


@pytest.mark.requirement("BAK-1")
def test_every_host_is_backed_up_but_those_left_out(handover: Handover, jobs: dict[str, BackupJob]):
    left_out = {each.role for each in BackupPlan.load().left_out}
    assert {*jobs} == {host.name for host in handover.hosts if host.role not in left_out}


@pytest.mark.requirement("BAK-1")
def test_copies_go_to_the_zone_s_own_server_and_a_server_s_to_the_other_one(jobs: dict[str, BackupJob]):
    assert jobs["dc1-ns-01"].servers == ("dc1-bak-01", "dc2-bak-01")
    assert jobs["dc2-ns-01"].servers == ("dc2-bak-01", "dc1-bak-01")
    assert jobs["dc3-wit-01"].servers == ("dc1-bak-01", "dc2-bak-01")
    assert jobs["dc1-bak-01"].servers == ("dc2-bak-01", "dc1-bak-01")


@pytest.mark.requirement("BAK-1", "SEP-1")
def test_a_municipality_s_copies_have_a_door_and_so_a_key_of_their_own(handover: Handover, jobs: dict[str, BackupJob]):
    assert {host.municipality for host in handover.hosts} >= {"gislaved", "gnosjo", "varnamo", "vaggeryd"}
    for host in handover.hosts:
        if host.backup is not None:
            assert jobs[host.name].door.owner == (host.municipality or ENVIRONMENT)


@pytest.mark.requirement("SEP-1")
def test_no_two_owners_share_a_port_and_all_are_within_what_is_let_through():
    every = [door_of(owner) for owner in owners()]
    ports = [port for door in every for port in (door.port, door.vault_port)]
    listener = next(each for each in load_listeners() if each.id == "LIS-BACKUP")
    assert len({*ports}) == len(ports)
    assert listener.first == FIRST_PORT
    assert listener.last == FIRST_PORT + 2 * OWNERS - 1
    assert {*ports} <= {*range(listener.first, listener.last + 1)}


def test_an_owner_s_door_does_not_depend_on_who_else_takes_part():
    assert [(door.owner, door.port) for door in map(door_of, owners())] == [
        ("environment", 51515), ("gislaved", 51516), ("gnosjo", 51517), ("varnamo", 51518), ("vaggeryd", 51519),
    ]  # fmt: skip


@pytest.mark.requirement("BAK-1")
def test_where_no_server_runs_nothing_can_be_done_and_one_of_either_zone_will_do(handover: Handover):
    plan = BackupPlan.load()
    assert jobs_among(["dc1-ns-01", "dc3-log-01"], handover, plan) == ()
    found = jobs_among(["dc1-ns-01", "dc2-bak-01"], handover, plan)
    assert [job.host for job in found] == ["dc1-ns-01", "dc2-bak-01"]


def test_doors_are_those_that_are_needed(jobs: dict[str, BackupJob]):
    one = tuple(job for job in jobs.values() if job.door.owner == "gnosjo")
    assert [door.owner for door in doors(one)] == ["gnosjo"]
