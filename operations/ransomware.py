"""The ransomware drill: everything an attacker can try against the vault from inside, in a lab (BAK-3)."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backup.attempt import Attempt, load_attempts
from lab.hosts.hosts import Hosts
from operations import console, project
from operations.attack_log import Trace, traces
from operations.errors import Differs, UserError
from reference.backup_plan import BackupPlan
from reference.backup_service import ENVIRONMENT, BackupJob, backup_jobs
from reference.handover import Handover, HandoverHost

ATTACKER = Path(__file__).with_name("attacker.py")
AT_ONCE = 4
"""Hosts that are attacked from at the same time."""

LOST_SITES = ("dc1", "dc2")
"""The sites whose every host is the attacker's."""


@dataclass(frozen=True)
class Outcome:
    """How an attempt from a host ended: `said` refused it, nothing if it succeeded; `logged`: None if not assessed."""

    attempt: Attempt
    host: str
    said: str
    logged: bool | None = None

    @property
    def finding(self) -> str:
        """What is wrong with it, in words; empty where it ended as it must."""
        name = f"{self.attempt.id} from {self.host} ({self.attempt.what})"
        expected = {*self.attempt.refused_with}
        if expected and not self.said:
            return f"{name} succeeded; right is {', '.join(sorted(expected))}"
        if {*self.said.split(", ")} - (expected or {""}):
            right = ", ".join(sorted(expected)) or "that it succeeds and takes nothing away"
            return f"{name} was refused with {self.said}, which proves nothing; right is {right}"
        return f"{name} is not in the log at DC3" if self.logged is False else ""


@dataclass(frozen=True)
class Restored:
    """A restore from the vault: which copies, their checksum, and how long it took."""

    host: str
    copies: Mapping[str, str]
    sha256: str
    seconds: float


@dataclass(frozen=True)
class Drill:
    """What a drill found: each attempt from each host, what locked versions read back, and two restores."""

    outcomes: tuple[Outcome, ...]
    before: Restored
    after: Restored
    changed: tuple[str, ...] = ()

    @property
    def succeeded(self) -> tuple[Outcome, ...]:
        """What was to be refused, and was not."""
        return tuple(each for each in self.outcomes if each.attempt.refused_with and not each.said)

    @property
    def findings(self) -> tuple[str, ...]:
        """All that is not as it must be, in words."""
        found = [each.finding for each in self.outcomes if each.finding]
        found += [f"locked version {name} does not read back as it was" for name in self.changed]
        if self.before.sha256 != self.after.sha256:
            found.append(f"{self.after.host} restored from the vault is other than before: {self.after.sha256}")
        return tuple(found)

    def check(self) -> None:
        """Do nothing if all is as it must be.

        Raises:
            Differs: something was not refused, not refused for its reason, not logged, or changed; names all of it.
        """
        if self.findings:
            raise Differs("the vault did not stand: " + "".join(f"\n  {finding}" for finding in self.findings))


def attack(stack: str, attempts: Sequence[Attempt] | None = None) -> Drill:
    """Attack the vault of a lab from every host of DC1 and DC2, and restore a host from it before and after.

    Raises:
        UserError: the stack is not the lab's, no hosts run, or the positive control failed, so nothing would be proved.
        HostsDiffer: the host could not be restored.
    """
    if not project.in_lab(stack):
        raise UserError(f"stack '{stack}': a drill attacks real hosts, so it runs in the lab only; right is: -s lab")
    attempts = load_attempts() if attempts is None else attempts
    hosts = project.lab().hosts
    handover = hosts.plan().handover
    job = victim(handover)
    console.say(f"stack '{stack}': restoring {job.host} from the vault, to compare with later")
    before = restored(stack, job)
    run, since = f"ggvv-drill-{secrets.token_hex(4)}", datetime.now(UTC) - timedelta(seconds=2)
    plans = plans_of(handover, attempts, job.door.owner, run)
    console.say(f"stack '{stack}': {len(attempts)} attempts from {len(plans)} hosts")
    said = attacked(hosts, plans)
    made = [
        Outcome(attempt, host, each["answers"][attempt.id])
        for attempt in attempts
        for host, each in said.items()
        if attempt.id in each["answers"]
    ]
    console.say(f"stack '{stack}': looking for each attempt in the log at DC3")
    found = traces(hosts, [Trace(run, each.attempt, each.host) for each in made], since)
    outcomes = tuple(Outcome(each.attempt, each.host, each.said, found[each.attempt.id, each.host]) for each in made)
    changed = tuple(f"{key} (seen from {host})" for host, each in said.items() for key in differing(each))
    console.say(f"stack '{stack}': restoring {job.host} from the vault again")
    return Drill(outcomes, before, restored(stack, job, before), changed)


def victim(handover: Handover) -> BackupJob:
    """The municipality's host whose copies are attacked, and which is restored."""
    jobs = backup_jobs(handover, BackupPlan.load())
    return next(job for job in jobs if job.door.owner != ENVIRONMENT and job.dump)


def restored(stack: str, job: BackupJob, as_before: Restored | None = None) -> Restored:
    """Restore a host's newest copies from the vault into a folder that goes again, or the same ones as before."""
    from operations.backup import Wish, restore  # noqa: PLC0415 - Ansible's and the engine's libraries take a while

    folder = f"/var/lib/ggvv/restored/drill-{secrets.token_hex(4)}"
    at = max(as_before.copies.values())[:19] if as_before else ""
    began = time.monotonic()
    said = restore(stack, Wish(job.host, folder, at=after_second(at), store="vault"))
    seconds = time.monotonic() - began
    _run(project.lab().hosts, job.host, f"sudo rm -r {folder}")
    return Restored(job.host, said["copies"], said["sha256"], seconds)


def after_second(at: str) -> str:
    """The second after a moment: a copy is taken within a second, and the next one much later."""
    return f"{datetime.fromisoformat(at) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}" if at else ""


def plans_of(handover: Handover, attempts: Iterable[Attempt], bucket: str, run: str) -> dict[str, dict[str, Any]]:
    """What each host of the lost sites is told, by its name: its attempts, and against what."""
    vault = next(host for host in handover.hosts if host.role == "backup-vault")
    lost = [host for host in handover.hosts if host.site in LOST_SITES]
    servers = [host.name for host in lost if host.role == "backup-server"]

    def plan(host: HandoverHost) -> dict[str, Any]:
        theirs = [attempt.model_dump() for attempt in attempts if attempt.by == host.role]
        others = [name for name in servers if name != host.name] or servers
        return {
            "vault": f"{vault.name}.{handover.domain}", "bucket": bucket, "other_bucket": ENVIRONMENT,
            "other_account": others[0], "run": run, "attempts": theirs,
        }  # fmt: skip

    made = {host.name: plan(host) for host in lost}
    return {name: each for name, each in made.items() if each["attempts"]}


def attacked(hosts: Hosts, plans: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What became of each host's attempts: those that only knock side by side, those that write one after the other."""
    writing = [name for name, plan in plans.items() if any(each["operation"] for each in plan["attempts"])]
    knocking = [name for name in plans if name not in writing]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = dict(zip(knocking, pool.map(lambda name: from_host(hosts, name, plans[name]), knocking), strict=True))
    return said | {name: from_host(hosts, name, plans[name]) for name in writing}


def from_host(hosts: Hosts, host: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Make a host's attempts on it; what became of them.

    Raises:
        UserError: they could not be made, so that nothing is proved.
    """
    call = f"\nprint(json.dumps(attack(json.loads({json.dumps(plan)!r}))))\n"
    said = _run(hosts, host, "sudo python3 -", ATTACKER.read_text(encoding="utf-8") + call)
    return dict(json.loads(said))


def differing(said: Mapping[str, Any]) -> list[str]:
    """The locked versions that read back other than before, or with another lock."""
    return [key for key, checksum in said["before"].items() if said["after"].get(key) != checksum]


def _run(hosts: Hosts, host: str, command: str, given: str = "") -> str:
    result = subprocess.run(  # noqa: S603 - a fixed list, no shell here
        [*hosts.ssh_command(host), command], input=given, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no reason told"])[-1]
        raise UserError(f"{host}: the drill could not be made there, so nothing is proved: {reason}; mend that first")
    return result.stdout
