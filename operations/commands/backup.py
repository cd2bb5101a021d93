"""`ggvv backup` and `ggvv restore`: copies of hosts taken, listed, verified, and brought back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from operations import console
from operations.errors import Differs, UserError

app = typer.Typer(no_args_is_help=True, help="Copies of hosts: in their zone, and locked in the vault.")

HostArgument = Annotated[str | None, typer.Argument(help="Only this host.")]


@app.command()
def run(stack: console.StackOption = "lab", host: HostArgument = None) -> None:
    """Take a copy of each host now, and hand the newest ones to the vault."""
    from operations.backup import take  # noqa: PLC0415 - Ansible's and the engine's libraries take a while

    tally = take(stack, host)
    console.out.print(f"backup {stack}: {len(tally.hosts)} hosts, 0 failed", soft_wrap=True)


@app.command("list")
def list_(stack: console.StackOption = "lab", host: HostArgument = None) -> None:
    """Show each host's newest copies and each class's restore test, or all copies of one host.

    Exit code 2 where a copy is older than its RPO, or a test is too old, failed, or took longer than the RTO.
    """
    from operations.backup import kept  # noqa: PLC0415 - as above

    now, there = datetime.now(UTC), kept(stack)
    found = there.hosts
    if host is not None:
        found = tuple(each for each in found if each.job.host == host)
        if not found:
            raise UserError(f"host '{host}' is not backed up in stack '{stack}'; correct the name")
    table = Table(title="Copies", title_justify="left")
    for column in ("host", "class", "owner", "in its zone", "in the vault", "finding"):
        table.add_column(column, overflow="fold")
    for each in found:
        local, vault = each.newest("local"), each.newest("vault")
        table.add_row(
            each.job.host, each.job.class_id, each.job.door.owner, _age(now, local), _age(now, vault),
            escape(each.finding(now)),
        )  # fmt: skip
    console.out.print(table)
    if host is not None:
        _show_copies(host, sorted(found[0].copies, key=lambda copy: (copy.taken, copy.store, copy.path)))
    else:
        _show_tests(there.classes, now)
    bad = [each.job.host for each in found if each.finding(now)]
    untested = [each.kept_as.id for each in there.classes if each.finding(now)] if host is None else []
    if bad or untested:
        tested = f", nor are the restore tests of {', '.join(untested)}" if untested else ""
        raise Differs(f"stack '{stack}': the copies of {len(bad)} of {len(found)} hosts are not as declared{tested}")


def _show_copies(host: str, found: list) -> None:  # type: ignore[type-arg] # of operations.backup.Copy, read late
    table = Table(title=f"All copies of {host}", title_justify="left")
    for column in ("taken (UTC)", "store", "folder", "files", "MiB"):
        table.add_column(column)
    for copy in found:
        taken = f"{copy.taken.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        table.add_row(taken, copy.store, copy.path, str(copy.files), f"{copy.size / 2**20:.1f}")
    console.out.print(table)


def _show_tests(classes: tuple, now: datetime) -> None:  # type: ignore[type-arg] # of ClassTests, read late
    table = Table(title="Restore tests", title_justify="left")
    for column in ("class", "last", "host", "files", "MiB", "seconds", "finding"):
        table.add_column(column, overflow="fold")
    for each in classes:
        last = each.newest
        shown = ("none", "", "", "", "")
        if last is not None:
            seconds = last.took / timedelta(seconds=1)
            shown = (_age(now, last.at), last.host, str(last.files), f"{last.size / 2**20:.1f}", f"{seconds:.1f}")
        table.add_row(each.kept_as.id, *shown, escape(each.finding(now)))
    console.out.print(table)


@app.command()
def verify(
    stack: console.StackOption = "lab",
    percent: Annotated[int, typer.Option(min=1, max=100, help="Share of the files that is read back.")] = 100,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Only a municipality's copies, or the environment's.")
    ] = None,
) -> None:
    """Read copies back, in the zones and in the vault, and compare them with their checksums."""
    from operations.backup import verify as read_back  # noqa: PLC0415 - as above

    tally = read_back(stack, percent, owner)
    servers = ", ".join(name for name, host in tally.hosts.items() if host.done)
    what = f"{percent} % of {'all files' if owner is None else f'the files of {owner}'}"
    console.out.print(f"backup {stack}: {what} read back and whole ({servers})", soft_wrap=True)


@app.command()
def heal(
    server: Annotated[str, typer.Argument(help="The backup server whose copies are damaged.")],
    owner: Annotated[str, typer.Argument(help="Whose copies: a municipality's, or the environment's.")],
    stack: console.StackOption = "lab",
) -> None:
    """Put a zone's damaged copies of one owner aside, and begin anew with what the vault has."""
    from operations.backup import heal as begin_anew  # noqa: PLC0415 - as above

    aside = begin_anew(stack, server, owner)
    console.out.print(f"{server}: the copies of {owner} are the vault's now; the damaged ones: {aside}", soft_wrap=True)
    console.out.print(f"next: ggvv backup run -s {stack}", soft_wrap=True)


@app.command("test")
def rehearse(stack: console.StackOption = "lab") -> None:
    """Bring one host of each class back from the vault, beside what is there, and write down what came of it."""
    from operations.backup import rehearse as bring_classes_back  # noqa: PLC0415 - as above

    tally = bring_classes_back(stack)
    servers = ", ".join(name for name, host in tally.hosts.items() if host.done)
    console.out.print(f"backup {stack}: a host of each class came back from the vault ({servers})", soft_wrap=True)


def restore(
    host: Annotated[str, typer.Argument(help="The host whose folders are brought back, on itself.")],
    stack: console.StackOption = "lab",
    at: Annotated[datetime | None, typer.Option("--at", help="As it was then (UTC); else the newest copy.")] = None,
    store: Annotated[
        Literal["local", "vault"] | None,
        typer.Option("--from", help="Only from there; else its zone's copies, and the vault's where they are gone."),
    ] = None,
    path: Annotated[str | None, typer.Option("--path", help="Only this file or folder.")] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="A new folder on the host; / restores in place. Else one that is named.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be restored.")] = False,
) -> None:
    """Bring a host's folders back, and say how many files, bytes, and with which checksum."""
    from operations.backup import Wish  # noqa: PLC0415 - as above
    from operations.backup import restore as bring_back  # noqa: PLC0415

    wish = Wish(
        host=host,
        to=to or f"/var/lib/ggvv/restored/{datetime.now(UTC):%Y%m%d-%H%M%S}",
        at=f"{at:%Y-%m-%dT%H:%M:%S}" if at else "",
        path=path or "",
        store=store or "",
        dry_run=dry_run,
    )
    began = datetime.now(UTC)
    said = bring_back(stack, wish)
    console.out.print(f"{host}: {'would be restored' if dry_run else 'restored'}")
    for folder, taken in said["copies"].items():
        console.out.print(f"  {folder} as it was {taken[:19].replace('T', ' ')} (UTC)", soft_wrap=True)
    what = f"{said['files']} files, {said['bytes']} bytes from {said['store']} to {said['to']}"
    checksum = f", sha256 {said['sha256']}" if said["sha256"] else ""
    seconds = (datetime.now(UTC) - began) / timedelta(seconds=1)
    console.out.print(f"{what}{checksum} ({seconds:.1f} s)", soft_wrap=True)


def _age(now: datetime, taken: datetime | None) -> str:
    """How long ago that was."""
    if taken is None:
        return "none"
    minutes = int((now - taken) / timedelta(minutes=1))
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"  # noqa: PLR2004 - two hours
