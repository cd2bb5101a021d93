"""`ggvv deploy`, `ggvv destroy` and `ggvv up`."""

from __future__ import annotations

from typing import Annotated

import typer

from operations import console
from operations.commands import backup, lab
from operations.errors import Differs, HostsDiffer, UserError
from operations.standing import standing


def deploy(
    stack: console.StackOption = "lab",
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be done; write nothing.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="With --preview: look at what really is there.")] = False,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="With --preview: exit code 2 if anything would be done.")
    ] = False,
) -> None:
    """Deploy a stack, and show what stands where."""
    if (refresh or expect_no_changes) and not preview:
        raise UserError("deploy: --refresh and --expect-no-changes only go with --preview; add it")
    from operations.run import Run  # noqa: PLC0415 - the engine's and vCenter's libraries take half a second to load

    run = Run.prepare(stack, preview=preview)
    if preview:
        changes = run.preview(refresh=refresh)
        if expect_no_changes and changes.total:
            raise Differs(f"stack '{stack}': {changes.total} resources differ from what is declared")
        return
    run.deploy()
    console.out.print(standing(run.architecture))


def up(stack: console.StackOption = "lab", profile: lab.ProfileOption = "lab") -> None:
    """Start the lab, deploy, boot, configure and back up the hosts, and verify everything: what `make up` runs."""
    from operations.backup import has_servers  # noqa: PLC0415 - as above
    from operations.commands.verify import verify_all  # noqa: PLC0415 - as above
    from operations.configure import configure  # noqa: PLC0415 - as above
    from operations.lab_hosts import boot  # noqa: PLC0415 - as above

    lab.start()
    deploy(stack)
    if boot(stack, profile):
        try:
            configure(stack)
        except HostsDiffer as trouble:  # dozens of hosts that begin at once on one machine can time each other out
            console.say(f"{trouble}\nconfigure: once more, which goes on where that ended")
            configure(stack)
        if has_servers(stack):
            backup.run(stack)
            backup.verify(stack, percent=100)
            backup.rehearse(stack)
    verify_all(stack)


def destroy(
    stack: console.StackOption = "lab",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
) -> None:
    """Remove everything that a stack made; what it only looked up stays."""
    from operations.run import Run  # noqa: PLC0415 - as above

    run = Run.prepare(stack, preview=False)
    if not yes and not typer.confirm(f"Remove everything that stack '{stack}' made at {run.connection.server}?"):
        raise UserError(f"destroy: stack '{stack}' was left as it is; add --yes to go ahead without the question")
    run.destroy()
