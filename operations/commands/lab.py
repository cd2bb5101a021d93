"""`ggvv lab`: the embedded default, started, looked at and taken away."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from lab.hosts.hosts import HostStatus
from lab.hosts.wiring import Line
from operations import console, project, toolchain
from operations.commands import lab_hosts

app = typer.Typer(no_args_is_help=True, help="The embedded default: stand-ins for what a laptop doesn't have.")
lab_hosts.register(app)

STAND_IN = "a stand-in for a real vCenter (vcsim with additions), on loopback only"
TENANT_STAND_IN = "a stand-in for Entra ID (speaks Microsoft Graph), on loopback only"


ProfileOption = Annotated[
    str, typer.Option("--profile", help="Which hosts boot, a profile of lab/hosts/profiles.yaml.")
]


@app.command()
def up(stack: console.StackOption = "lab", profile: ProfileOption = "lab") -> None:
    """Start the lab, or find it running; hosts as well, where the stack has been deployed."""
    from operations.lab_hosts import boot_if_deployed  # noqa: PLC0415 - the engine's library takes long to load

    start()
    boot_if_deployed(stack, profile)


def start() -> None:
    """Start the lab's services and say what they are."""
    lab = project.lab()
    began = time.monotonic()
    if lab.directory.exists() and lab.vcenter.ready() is None:
        console.say("lab: the vCenter ended since the last time and its inventory with it; the lab begins anew")
    endpoint = lab.up(toolchain.path("ggvv-vcenter"), project.EXISTING_DATACENTER)
    console.say(f"lab: vCenter at https://{endpoint.server}/sdk: {STAND_IN} ({time.monotonic() - began:.1f} s)")
    if (tenant := lab.tenant_endpoint()) is not None:
        console.say(f"lab: tenant at https://{tenant.host}/: {TENANT_STAND_IN}")


@app.command()
def down() -> None:
    """Stop what `lab up` started and remove its state."""
    existed = project.lab().down()
    console.say("lab: stopped and removed" if existed else "lab: nothing to stop")


@app.command()
def status() -> None:
    """Show what of the lab runs; exit code 1 when any of it is down."""
    lab = project.lab()
    table = _table("Lab (stand-ins)", "service", "state", "pid", "memory", "address")
    down = False
    for service in lab.services:
        process, ready = service.process(), service.ready()
        if process is None or ready is None:
            down = True
            table.add_row(service.name, "down", "", "", "")
        else:
            table.add_row(service.name, "up", str(process.pid), _mib(process.memory_info().rss), str(ready["url"]))
    console.out.print(table)
    if hosts := lab.hosts.status():
        _show_hosts(hosts, lab.hosts.cuts())
        down = down or not all(host.running for host in hosts)
    if down:
        raise typer.Exit(console.ERROR)


def _show_hosts(hosts: Sequence[HostStatus], cuts: Sequence[Line]) -> None:
    table = _table("Hosts (systemd containers)", "host", "site", "role", "state", "memory", "address")
    for host in hosts:
        state = "up" if host.running else "down"
        table.add_row(host.name, host.site, host.role, state, _mib(host.memory), str(host.ipv4))
    console.out.print(table)
    running = sum(host.running for host in hosts)
    console.out.print(f"{running} of {len(hosts)} hosts up, {_mib(sum(host.memory for host in hosts))} in all")
    for line in cuts:
        console.out.print(f"without carrier: {line.name} ({' to '.join(line.sites)})")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
