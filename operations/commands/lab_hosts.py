"""`ggvv lab ssh`, and the commands that break and mend hosts and lines of the lab."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from lab.hosts.wiring import Line
from operations import console, project

HostArgument = Annotated[str, typer.Argument(help="A host's name, as `ggvv lab status` shows it.")]
FirstArgument = Annotated[str, typer.Argument(metavar="A", help="A site, a firewall, a link or a segment.")]
SecondArgument = Annotated[str | None, typer.Argument(metavar="[B]", help="With a site or firewall: the other one.")]


def ssh(context: typer.Context, host: HostArgument) -> None:
    """Open a shell on a host, or run there what follows its name: through the firewalls, as an administrator does."""
    command = project.lab().hosts.ssh_command(host)
    os.execvp(command[0], [*command, *context.args])  # noqa: S606 - a fixed list and the user's own words


def start(host: HostArgument) -> None:
    """Boot a host, with the disk that it had."""
    project.lab().hosts.start(host)
    console.say(f"lab: {host} is up")


def stop(host: HostArgument) -> None:
    """Shut a host down in order."""
    project.lab().hosts.stop(host)
    console.say(f"lab: {host} is down")


def restart(host: HostArgument) -> None:
    """Shut a host down in order, and boot it."""
    project.lab().hosts.restart(host)
    console.say(f"lab: {host} is up again")


def crash(host: HostArgument) -> None:
    """Take the power from a host."""
    project.lab().hosts.crash(host)
    console.say(f"lab: {host} has no power; bring it back with: ggvv lab start {host}")


def lose(host: HostArgument) -> None:
    """Take the power from a host and its disk, as a fire would."""
    project.lab().hosts.lose(host)
    console.say(f"lab: {host} is gone with all it had; a new one boots with: ggvv lab start {host}")


def cut(a: FirstArgument, b: SecondArgument = None) -> None:
    """Cut what joins two sites or two firewalls, or one link or segment."""
    _tell("cut", project.lab().hosts.cut(a, b))


def heal(a: FirstArgument, b: SecondArgument = None) -> None:
    """Mend what was cut."""
    _tell("whole", project.lab().hosts.heal(a, b))


def register(app: typer.Typer) -> None:
    """Add these commands to `ggvv lab`."""
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(ssh)
    for command in (start, stop, restart, crash, lose, cut, heal):
        app.command()(command)


def _tell(state: str, lines: tuple[Line, ...]) -> None:
    console.say(f"lab: {state}: {', '.join(line.name for line in lines)}")
