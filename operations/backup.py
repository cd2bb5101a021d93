"""Backups of a stack's hosts: taken, copied to the vault, listed, verified, tested, and restored (BAK-1, BAK-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from operations import console, evidence
from operations.configure import troubles_of
from operations.configuring.conduct import conduct
from operations.configuring.playbook import FOLDER, PlaybookRun
from operations.configuring.tally import Event, Tally
from operations.configuring.target import Target
from operations.copies import Copy, HostCopies, by_host, listed
from operations.errors import HostsDiffer, UserError
from operations.restore_tests import FILE, ClassTests, RestoreTest, by_class, written_down
from reference.backup_plan import BackupPlan
from reference.backup_service import BackupJob, jobs_among


def has_servers(stack: str) -> bool:
    """Whether any host of the stack has a backup server that runs; a small lab has none."""
    return bool(jobs_of(Target.reached(stack)))


def take(stack: str, host: str | None = None) -> Tally:
    """Take a copy of each host now, or of one, and hand the newest ones to the vault.

    Raises:
        HostsDiffer: something went wrong on a host; the others went on.
        UserError: the host is unknown or not backed up, or nothing could be reached.
    """
    target = Target.reached(stack)
    jobs = jobs_of(target, host)
    console.say(f"stack '{stack}': a copy of {len(jobs)} hosts, then to the vault")
    owners = sorted({job.door.owner for job in jobs})
    tally, _answers = _play(target, "run", jobs, backup_of=host or "backed_up", backup_owners=owners)
    return tally


def verify(stack: str, percent: int, owner: str | None = None) -> Tally:
    """Read that share of all files back, or of one owner's, from the zones and from the vault, and compare checksums.

    Raises:
        HostsDiffer: a copy is damaged, or a server could not be asked; says which.
        UserError: nobody of that name owns copies.
    """
    target = Target.reached(stack)
    jobs = jobs_of(target) if owner is None else owned(target, stack, owner)
    console.say(f"stack '{stack}': reading {percent} % of the files of {owner or 'all owners'} back")
    owners = sorted({job.door.owner for job in jobs})
    tally, _answers = _play(target, "verify", jobs, backup_percent=percent, backup_owners=owners)
    return tally


def rehearse(stack: str) -> Tally:
    """Bring one host of each class back from the vault, on its backup server.

    Raises:
        HostsDiffer: not all of it came back; says of which.
    """
    target = Target.reached(stack)
    console.say(f"stack '{stack}': bringing a host of each class back from the vault")
    tally, _answers = _play(target, "test", jobs_of(target))
    return tally


def heal(stack: str, server: str, owner: str) -> str:
    """Put what a backup server keeps of an owner aside, and begin anew with what the vault has; where it was put.

    Raises:
        HostsDiffer: it failed; says why.
        UserError: there is no such server, or nobody of that name owns copies.
    """
    target = Target.reached(stack)
    jobs = owned(target, stack, owner)
    servers = sorted({name for job in jobs for name in job.servers if name in target.hosts})
    if server not in servers:
        raise UserError(f"'{server}' is no backup server of stack '{stack}'; right is one of {', '.join(servers)}")
    _tally, answers = _play(target, "heal", jobs, heal_server=server, heal_owner=owner)
    return next(str(answer["stdout_lines"][-1]) for answer in answers if answer.get("stdout_lines"))


@dataclass(frozen=True)
class Kept:
    """What is kept of each host, and the restore tests of each class."""

    hosts: tuple[HostCopies, ...]
    classes: tuple[ClassTests, ...]


def kept(stack: str) -> Kept:
    """What there is of each host, and what came of restore tests.

    Raises:
        HostsDiffer: a server could not be asked.
    """
    target = Target.reached(stack)
    jobs = jobs_of(target)
    _tally, answers = _play(target, "list", jobs, restore_tests=FILE)
    copies = (copy for answer in answers for copy in _copies(answer))
    tests = (one for answer in answers for one in _tests(answer))
    return Kept(by_host(jobs, copies), by_class(BackupPlan.load(), {job.class_id for job in jobs}, tests))


@dataclass(frozen=True)
class Wish:
    """What is to be restored: a host, at a time (the newest if empty), a path (all if empty), to a folder."""

    host: str
    to: str
    at: str = ""
    path: str = ""
    store: str = ""
    dry_run: bool = False


def restore(stack: str, wish: Wish) -> dict[str, Any]:
    """Restore on the host itself; what it says of it: copies, files, bytes, and a checksum of all.

    Raises:
        HostsDiffer: it was refused or failed; says why.
        UserError: the host is unknown or not backed up, or no store that is meant can be asked.
    """
    target = Target.reached(stack)
    job = jobs_of(target, wish.host)[0]
    if wish.store != "vault" and (said := _restored(target, job, wish, ["local"])):
        return said
    if wish.store != "local":
        servers = [server for server in job.servers if server in target.hosts]
        if said := _restored(target, job, wish, [f"vault-{server}" for server in servers], ",".join(servers)):
            return said
    meant = {"local": "the zone's", "vault": "the vault's"}.get(wish.store, "the zone's or the vault's")
    raise UserError(f"{wish.host}: no backup server answers for {meant} copies; see that one runs")


def _restored(
    target: Target, job: BackupJob, wish: Wish, stores: Sequence[str], servers: str = "none"
) -> dict[str, Any] | None:
    """What a restore from the first of the stores that answers said; None where none does."""
    options = [*(["--at", wish.at] if wish.at else []), *(["--path", wish.path] if wish.path else [])]
    _tally, answers = _play(
        target, "restore", [job], may_be_gone=job.servers,
        restore_host=wish.host, restore_to=wish.to, restore_stores=stores,
        restore_options=[*options, *(["--dry-run"] if wish.dry_run else [])],
        restore_servers=servers, restore_owner=job.door.owner,
    )  # fmt: skip
    said = [json.loads(answer["stdout"]) for answer in answers if answer.get("stdout", "").startswith("{")]
    return dict(said[-1]) if said else None


def jobs_of(target: Target, host: str | None = None) -> tuple[BackupJob, ...]:
    """What is done for the hosts of a target that have a backup server there, or for one of them.

    Raises:
        UserError: there is no such host, or its role is left out of the plan.
    """
    jobs = jobs_among(target.hosts, target.handover, BackupPlan.load())
    if host is None:
        return jobs
    target.only(host)
    found = tuple(job for job in jobs if job.host == host)
    if not found:
        raise UserError(
            f"host '{host}' is not backed up: its role is left out in backup.yaml, or no backup server runs; "
            "choose another"
        )
    return found


def owned(target: Target, stack: str, owner: str) -> tuple[BackupJob, ...]:
    """What is done for the hosts of one owner.

    Raises:
        UserError: nobody of that name owns copies.
    """
    jobs = jobs_of(target)
    if not (found := tuple(job for job in jobs if job.door.owner == owner)):
        owners = sorted({job.door.owner for job in jobs})
        raise UserError(f"owner '{owner}' has no copies in stack '{stack}'; right is one of {', '.join(owners)}")
    return found


def _play(
    target: Target, name: str, jobs: Sequence[BackupJob], *, may_be_gone: Sequence[str] = (), **variables: object
) -> tuple[Tally, list[Mapping[str, Any]]]:
    """Run one of `ansible/backup` on the jobs' hosts and their servers; the tally, and what its tasks answered."""
    servers = {server for job in jobs for server in job.servers}
    hosts = tuple(each for each in target.hosts if each in servers | {job.host for job in jobs})
    target = replace(target, hosts=hosts, variables={**target.variables, **variables})
    folder = evidence.new_run(target.stack, f"backup-{name}")
    tally = Tally(hosts)
    answers: list[Mapping[str, Any]] = []

    def on_event(event: Event) -> None:
        if event.get("event") == "runner_on_ok":
            answers.extend(_results((event.get("event_data") or {}).get("res") or {}))

    code = conduct(PlaybookRun(target, FOLDER / "backup" / f"{name}.yml", folder), tally, on_event)
    bad = [host for host in tally.bad if not (host.unreachable and host.name in may_be_gone)]
    if bad:
        raise HostsDiffer(f"stack '{target.stack}': backup {name}, {len(bad)} hosts:{troubles_of(tally)}")
    if code != 0 and not tally.bad:
        raise UserError(f"stack '{target.stack}': Ansible ended with code {code}; see {folder / 'stdout'}")
    return tally, answers


def _results(answer: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """A task's answers: one, or one for each turn of its loop."""
    return answer.get("results") or [answer]


def _copies(answer: Mapping[str, Any]) -> Iterator[Copy]:
    """The copies in an answer of `ggvv-repository OWNER STORE snapshot list`."""
    call = answer.get("cmd") or []
    if "list" in call and answer.get("stdout"):
        yield from listed(call[2], answer["stdout"])


def _tests(answer: Mapping[str, Any]) -> Iterator[RestoreTest]:
    """The restore tests in an answer."""
    if (answer.get("cmd") or []) == ["cat", FILE] and answer.get("stdout"):
        yield from written_down(answer["stdout"])
