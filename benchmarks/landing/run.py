"""The same landing by `ggvv deploy -s lab-full` and by Terraform, on the same lab vCenter, side by side.

Run: make bench (or python -m benchmarks.landing.run). Prints wall time, CPU and peak memory of deploy, no-change
check with refresh, and destroy, and the ratio ggvv / Terraform. Without Terraform only ggvv is measured.
CPU is what the command and its children used; the vCenter's own is the same for both and not in it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from operations import project
from operations.toolchain import cache, go
from operations.toolchain.build import build
from operations.toolchain.tools import Tool

HERE = Path(__file__).parent
STEPS = ("deploy", "no-change check", "destroy")
SAMPLING = 0.2
"""Seconds between two looks at memory and CPU."""

PROVIDER = Tool(
    name="terraform-provider-vsphere",
    purpose="the provider code of our bridge, served to Terraform",
    folder="benchmarks/landing/provider",
    pin="github.com/hashicorp/terraform-provider-vsphere",
)


@dataclass(frozen=True)
class Measured:
    """One command: wall and CPU in seconds, peak memory of all its processes together in MiB."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], cwd: Path, environment: dict[str, str]) -> Measured:
    """Run a command to its end.

    Raises:
        SystemExit: it failed; its output is shown.
    """
    with tempfile.TemporaryFile("w+") as output:
        began = time.monotonic()
        process = psutil.Popen(command, cwd=cwd, env=environment, stdout=output, stderr=output)
        watch = Watch(process)
        code = process.wait()
        wall = time.monotonic() - began
        watch.end()
        if code != 0:
            output.seek(0)
            sys.exit(f"{' '.join(command)} failed with code {code}:\n{output.read()[-4000:]}")
    return Measured(wall, watch.cpu, watch.memory)


class Watch:
    """Sums CPU over all processes of a tree, also those that end early, and keeps the highest memory."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._cpu: dict[int, float] = {}
        self.memory = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        return sum(self._cpu.values())

    def end(self) -> None:
        """Stop to watch."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLING):
            resident = 0
            try:
                tree = [self._process, *self._process.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
            for process in tree:
                try:
                    times = process.cpu_times()
                    self._cpu[process.pid] = times.user + times.system
                    resident += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.memory = max(self.memory, resident / 2**20)


def with_ggvv() -> dict[str, Measured]:
    """The three steps by ggvv."""
    ggvv = [sys.executable, "-m", "operations.cli", "-q"]
    commands = {
        "deploy": ["deploy", "-s", "lab-full"],
        "no-change check": ["deploy", "-s", "lab-full", "--preview", "--refresh", "--expect-no-changes"],
        "destroy": ["destroy", "-s", "lab-full", "--yes"],
    }
    return {step: measure([*ggvv, *arguments], project.ROOT, dict(os.environ)) for step, arguments in commands.items()}


def with_terraform(terraform: str, directory: Path) -> dict[str, Measured]:
    """The three steps by Terraform with the same provider code, in a directory of its own."""
    build([PROVIDER])
    provider = cache.place(PROVIDER, go.find().version) / "bin"
    shutil.copytree(HERE / "terraform", directory, dirs_exist_ok=True)
    plan = subprocess.run(
        [sys.executable, "-m", "operations.cli", "plan", "-s", "lab-full", "--format", "json"],
        cwd=project.ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    (directory / "plan.json").write_text(plan)
    (directory / "cli.tfrc").write_text(
        f'provider_installation {{\n  dev_overrides {{ "hashicorp/vsphere" = {json.dumps(str(provider))} }}\n'
        "  direct {}\n}\n"
    )
    lab = project.lab()
    endpoint = lab.endpoint()
    if endpoint is None:
        sys.exit("the lab's vCenter does not run; run: ggvv lab up")
    environment = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": str(directory / "cli.tfrc"),
        "TF_VAR_plan": str(directory / "plan.json"),
        "TF_VAR_esxi_password": lab.host_password(),
        "SSL_CERT_FILE": str(endpoint.authority),
        "VSPHERE_SERVER": endpoint.server,
        "VSPHERE_USER": endpoint.user,
        "VSPHERE_PASSWORD": endpoint.password,
    }
    common = ["-no-color", "-input=false", "-parallelism=32"]
    commands = {
        "deploy": ["apply", "-auto-approve", *common],
        "no-change check": ["plan", "-detailed-exitcode", *common],
        "destroy": ["destroy", "-auto-approve", *common],
    }
    return {step: measure([terraform, *arguments], directory, environment) for step, arguments in commands.items()}


def main() -> None:
    """Measure and print."""
    console = Console()
    terraform = shutil.which("terraform")
    theirs: dict[str, Measured] = {}
    if terraform is None:
        console.print("Terraform is not on this machine: only ggvv is measured")
    else:
        with tempfile.TemporaryDirectory() as directory:
            theirs = with_terraform(terraform, Path(directory))
    ours = with_ggvv()
    table = Table(title="620 servers on the lab's vCenter", title_justify="left")
    table.add_column("step")
    for column in ("ggvv s", "CPU s", "MiB", "Terraform s", "CPU s", "MiB", "ratio"):
        table.add_column(column, justify="right")
    for step in STEPS:
        own, other = ours[step], theirs.get(step)
        peer = [f"{other.wall:.1f}", f"{other.cpu:.1f}", f"{other.memory:.0f}"] if other else ["", "", ""]
        ratio = f"{own.wall / other.wall:.2f}" if other else ""
        table.add_row(step, f"{own.wall:.1f}", f"{own.cpu:.1f}", f"{own.memory:.0f}", *peer, ratio)
    console.print(table)


if __name__ == "__main__":
    main()
