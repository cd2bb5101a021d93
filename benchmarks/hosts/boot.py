"""How long the lab's hosts take to boot from the golden tree, and their memory (`python benchmarks/hosts/boot.py`).

Each run boots a profile in a temporary lab of its own, asks every host over SSH, and takes it away. The goals are those
of a warm start on two cores; the machine's load is told, since others may work on it at the same time.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lab.hosts.hosts import Hosts
from operations.lab_image import golden_tree
from operations.stack_settings import StackSettings
from reference.handover import Handover, undeployed

UP_GOAL, MEMORY_GOAL = 15.0, 4096
"""Seconds until every host answers SSH; MiB of all hosts together."""


@dataclass(frozen=True)
class Taken:
    """Seconds of one run, its hosts and their memory (MiB)."""

    up: float
    down: float
    hosts: int
    memory: float


def main() -> int:
    """Print each run; the exit code is 1 where the fastest is over a goal."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="runs, of which the fastest counts")
    arguments.add_argument("--profile", default="lab")
    chosen = arguments.parse_args()
    handover, tree = _handover(), golden_tree()
    runs = [_run(handover, tree, chosen.profile) for _ in range(chosen.runs)]
    best = min(runs, key=lambda run: run.up)
    print(f"fastest {best.up:.1f} s (goal {UP_GOAL:.0f}), {best.memory:.0f} MiB (goal {MEMORY_GOAL})")
    return 0 if best.up <= UP_GOAL and best.memory <= MEMORY_GOAL else 1


def _run(handover: Handover, tree: Path, profile: str) -> Taken:
    with tempfile.TemporaryDirectory(prefix="ggvv-bench-") as folder:
        hosts = Hosts(Path(folder) / "hosts")
        try:
            began = time.perf_counter()
            hosts.up(handover, profile, tree, lambda _: None)
            up, status = time.perf_counter() - began, hosts.status()
        finally:
            began = time.perf_counter()
            hosts.down()
        memory = sum(host.memory for host in status) / 2**20
        taken = Taken(up, time.perf_counter() - began, len(status), memory)
    load = os.getloadavg()[0]
    print(
        f"{taken.hosts} hosts: up {taken.up:.1f} s, down {taken.down:.1f} s, {taken.memory:.0f} MiB (load {load:.1f})"
    )
    return taken


def _handover() -> Handover:
    """What a deploy of stack `lab` hands over, without deploying it."""
    return undeployed(StackSettings.read("lab").architecture())


if __name__ == "__main__":
    sys.exit(main())
