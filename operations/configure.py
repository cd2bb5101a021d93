"""Configures the hosts of a stack: checked first, shown while it goes, summed up and kept as evidence at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from operations import console, evidence
from operations.configuring.conduct import conduct
from operations.configuring.playbook import SITE, PlaybookRun, playbook
from operations.configuring.tally import HostTally, Tally
from operations.configuring.target import Target
from operations.errors import Differs, HostsDiffer, UserError

FEW = 3
"""So many hosts, and so many of a host's changes, are named."""


def configure(stack: str, *, stage: str | None = None, limit: str | None = None, check: bool = False) -> Tally:
    """Bring the hosts of `stack` to what is declared, or with `check` only look what that would change.

    Raises:
        HostsDiffer: something went wrong on a host; the others went on.
        UserError: something went wrong before any was reached.
        Differs: with `check`, something would change.
        typer.Abort: interrupted; the next run goes on.
        reference.errors.ArchitectureError: the handover is of another version or environment.
    """
    book = playbook(stage)
    target = Target.of(stack, limit)
    verb = "check" if check else "configure"
    console.say(f"stack '{stack}': {verb} {stage or SITE} on {len(target.hosts)} hosts")
    folder = evidence.new_run(stack, "configure")
    run = PlaybookRun(target, book, folder, check)
    tally, began = Tally(target.hosts), time.monotonic()
    code = conduct(run, tally)
    _sum_up(f"{verb} {stack}", tally, time.monotonic() - began, folder)
    _judge(stack, code, tally, folder, check=check, whole=stage is None)
    return tally


def _sum_up(title: str, tally: Tally, seconds: float, folder: Path) -> None:
    """Show what changed on which hosts, what was not assessed, and one line for all."""
    table = Table(title="Hosts with changes", title_justify="left")
    for column in ("hosts", "changed", "what"):
        table.add_column(column, overflow="fold")
    changed = _alike((host for host in tally.hosts.values() if host.changed), lambda host: _some(host.changes, "; "))
    for what, hosts in changed.items():
        table.add_row(_some([host.name for host in hosts]), str(sum(host.changed for host in hosts)), escape(what))
    if table.row_count:
        console.out.print(table)
    for reason, names in tally.not_assessed.items():
        console.out.print(f"{escape(reason)}, on {len(names)} hosts", soft_wrap=True)
    console.out.print(
        f"{title}: {len(tally.hosts)} hosts, {tally.changed} changed, {len(tally.bad)} failed or unreachable, "
        f"{len(tally.not_assessed)} kinds not assessed ({seconds:.1f} s); kept in {folder}",
        soft_wrap=True,
    )


def _alike(hosts: Iterable[HostTally], what: Callable[[HostTally], str]) -> dict[str, list[HostTally]]:
    """The hosts by what is to be said of them."""
    groups: dict[str, list[HostTally]] = {}
    for host in hosts:
        groups.setdefault(what(host), []).append(host)
    return groups


def _some(texts: Sequence[str], between: str = ", ") -> str:
    """The first few of the texts, and how many more there are."""
    more = f" and {len(texts) - FEW} more" if len(texts) > FEW else ""
    return between.join(texts[:FEW]) + more


def troubles_of(tally: Tally) -> str:
    """What went wrong on which hosts, a line for each kind of trouble."""
    return "".join(
        f"\n  {', '.join(host.name for host in hosts)}: {trouble}"
        for trouble, hosts in _alike(tally.bad, lambda host: host.trouble).items()
    )


def _judge(stack: str, code: int, tally: Tally, folder: Path, *, check: bool, whole: bool) -> None:
    if tally.bad:
        troubles = troubles_of(tally)
        if tally.ended_at:
            troubles += f"\n  '{tally.ended_at}' is done by one host for all: what comes after it was not done on any"
        raise HostsDiffer(
            f"stack '{stack}': {len(tally.bad)} of {len(tally.hosts)} hosts are not as declared:{troubles}"
        )
    if code != 0:
        raise UserError(f"stack '{stack}': Ansible ended with code {code} before the hosts; see {folder / 'stdout'}")
    if whole and tally.untouched:  # a stage alone has nothing to do on most hosts
        names = ", ".join(host.name for host in tally.untouched)
        raise UserError(f"stack '{stack}': nothing was done on {names}, though declared; see {folder / 'stdout'}")
    if check and tally.changed:
        raise Differs(f"stack '{stack}': {tally.changed} settings of hosts differ from what is declared")
