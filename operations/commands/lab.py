"""`ggvv lab`: the embedded default, started, looked at and taken away."""

from __future__ import annotations

import time

import psutil
import typer
from rich.table import Table

from operations import console, project, toolchain

app = typer.Typer(no_args_is_help=True, help="The embedded default: stand-ins for what a laptop doesn't have.")

STAND_IN = "a stand-in for a real vCenter (vcsim with additions), on loopback only"
TENANT_STAND_IN = "a stand-in for Entra ID (speaks Microsoft Graph), on loopback only"


@app.command()
def up() -> None:
    """Start the lab, or find it running."""
    start()


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
    table = Table(title="Lab (stand-ins)", title_justify="left")
    for column in ("service", "state", "pid", "memory", "address"):
        table.add_column(column)
    down = False
    for service in project.lab().services:
        process, ready = service.process(), service.ready()
        if process is None or ready is None:
            down = True
            table.add_row(service.name, "down", "", "", "")
        else:
            table.add_row(service.name, "up", str(process.pid), _memory(process), str(ready["url"]))
    console.out.print(table)
    if down:
        raise typer.Exit(console.ERROR)


def _memory(process: psutil.Process) -> str:
    return f"{process.memory_info().rss / 2**20:.0f} MiB"
