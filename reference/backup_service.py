"""Who keeps whose backups, where and by which door: what the backup plan makes of a handover (BAK-1 to BAK-3).

Copies of one owner's hosts are encrypted with that owner's key, in a repository of its own: a municipality's can't be
read with another's key. Each zone's backup server has a door (port) for each owner, and one more through which it hands
out what the vault has: hosts have no way to the vault themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from reference.backup_plan import BackupClass, BackupPlan, Cadence
from reference.data import load
from reference.handover import Handover, HandoverHost
from reference.handover_reader import nearest_first
from reference.host import HostRole
from reference.model import Model
from reference.municipality import Municipalities

ENVIRONMENT = "environment"
"""The owner of what belongs to no municipality."""

FIRST_PORT, OWNERS = 51515, 16
"""Ports from kopia's own on: one for each owner by number (the environment's is 0), as many more for the vault's."""


class Door(Model):
    """A port of a backup server that leads to one owner's copies: the zone's own, or the vault's."""

    owner: str
    port: int
    vault_port: int


class BackupJob(Model):
    """What is done for one host; `keep` and `vault_keep` are numbers of copies by cadence.

    `servers` are the backup servers' names, the one that it hands its copies to first: its zone's, but for a backup
    server the other one.
    """

    host: str
    class_id: str
    door: Door
    servers: tuple[str, ...]
    paths: tuple[str, ...]
    dump: str
    often: Cadence
    rpo_hours: int
    keep: Mapping[Cadence, int]
    vault_keep: Mapping[Cadence, int]


@cache
def _numbers() -> dict[str, int]:
    found = load("municipalities.yaml", Municipalities)
    return {ENVIRONMENT: 0} | {each.id: each.number for each in found.municipalities}


def owners() -> tuple[str, ...]:
    """All that can own copies: the environment, and every municipality."""
    return tuple(_numbers())


def door_of(owner: str) -> Door:
    """The door of an owner; the same for all time, since municipalities' numbers are.

    >>> door_of("environment").port, door_of("gnosjo").port
    (51515, 51517)
    """
    number = _numbers()[owner]
    return Door(owner=owner, port=FIRST_PORT + number, vault_port=FIRST_PORT + OWNERS + number)


def owner_of(host: HandoverHost, kept_as: BackupClass) -> str:
    """Whose key a host's copies are encrypted with."""
    return host.municipality if kept_as.key_of == "municipality" and host.municipality else ENVIRONMENT


def backup_jobs(handover: Handover, plan: BackupPlan) -> tuple[BackupJob, ...]:
    """What is done for each host that is in a class, in the handover's order."""
    classes = {each.id: each for each in plan.classes}
    servers = [host for host in handover.hosts if host.role == HostRole.BACKUP_SERVER]
    return tuple(_job(host, classes[host.backup], servers) for host in handover.hosts if host.backup is not None)


def jobs_among(there: Collection[str], handover: Handover, plan: BackupPlan) -> tuple[BackupJob, ...]:
    """What can be done where only the hosts `there` run: for those that have one of their servers among them."""
    names = frozenset(there)
    return tuple(job for job in backup_jobs(handover, plan) if job.host in names and names & {*job.servers})


def _job(host: HandoverHost, kept_as: BackupClass, servers: Sequence[HandoverHost]) -> BackupJob:
    nearest = nearest_first(servers, host.site)
    return BackupJob(
        host=host.name,
        class_id=kept_as.id,
        door=door_of(owner_of(host, kept_as)),
        servers=tuple(server.name for server in sorted(nearest, key=lambda server: server.name == host.name)),
        paths=kept_as.paths,
        dump=kept_as.dump or "",
        often=kept_as.often,
        rpo_hours=kept_as.rpo_hours,
        keep=kept_as.local,
        vault_keep=kept_as.vault,
    )


def doors(jobs: Sequence[BackupJob]) -> tuple[Door, ...]:
    """The doors that the jobs need, by port."""
    return tuple(sorted({job.door.port: job.door for job in jobs}.values(), key=lambda door: door.port))
