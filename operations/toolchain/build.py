"""Builds the tools that are not built yet: in parallel where memory allows, each into the cache in one piece."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from operations.toolchain import cache, failure, patches
from operations.toolchain.go import Go, ready
from operations.toolchain.memory import available
from operations.toolchain.tools import Tool

MEMORY_PER_BUILD = 3 * 2**30
"""Bytes that one build may need at its peak (measured: docs/toolchain.md)."""

HEARTBEAT = 30
"""Seconds after which a build that is still under way says so."""

Say = Callable[[str], object]


def build(tools: Iterable[Tool], say: Say = print) -> dict[str, Path]:
    """Build those of the tools that are not in the cache; returns the folder of each by name.

    Raises:
        UserError: a build failed; the sentence says which, why, what to do and where its log is.
    """
    wanted = list(tools)
    go = ready(Path(sys.executable))
    missing = [tool for tool in wanted if not cache.place(tool, go.version).exists()]
    if missing:
        jobs = parallel(len(missing), available())
        names = ", ".join(tool.name for tool in missing)
        say(f"tools: building {names} with Go {go.version}, {jobs} at a time (minutes the first time, then cached)")
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda tool: build_one(tool, go, say), missing))
    return {tool.name: cache.place(tool, go.version) for tool in wanted}


def parallel(builds: int, memory: int) -> int:
    """How many of the builds may run at once: as many as memory (bytes) carries, at most one per processor."""
    return max(1, min(builds, os.cpu_count() or 1, memory // MEMORY_PER_BUILD))


def build_one(tool: Tool, go: Go, say: Say) -> Path:
    """Build one tool into the cache, or find that another run just did.

    Raises:
        UserError: the build failed.
    """
    target = cache.place(tool, go.version)
    with cache.lock(tool.name, lambda: say(f"{tool.name}: another run builds it, waiting")):
        if not target.exists():
            began = time.monotonic()
            with _heartbeat(tool.name, say):
                cache.fill(target, lambda scratch: _compile(tool, go, scratch))
            say(f"{tool.name} {tool.version}: built in {time.monotonic() - began:.0f} s")
            cache.prune(tool, target)
    return target


def flags(tool: Tool) -> list[str]:
    """The flags of a build that the tool itself decides."""
    chosen = ["-buildvcs=false", "-trimpath", f"-ldflags={tool.linker_flags}"]
    if tool.tags:
        chosen.append(f"-tags={tool.tags}")
    profile = tool.source / "default.pgo"
    return [*chosen, f"-pgo={profile}"] if profile.exists() else chosen


def _compile(tool: Tool, go: Go, scratch: Path) -> None:
    log = cache.logs() / f"build-{tool.name}.log"
    binaries, workshop = scratch / "bin", scratch / "workshop"
    binaries.mkdir()
    workshop.mkdir()
    try:
        patched = patches.apply(tool, go, workshop)
        output = ["-o", str(binaries / tool.name), tool.package]
        go.run(["build", "-mod=readonly", *patched, *flags(tool), *output], tool.source)
        for name in tool.beside:
            _lay_beside(tool, go, name, binaries)
    except subprocess.CalledProcessError as error:
        log.write_text(error.output, encoding="utf-8")
        raise failure.explain(tool, error.output, error.returncode, log) from error
    shutil.rmtree(workshop)


def _lay_beside(tool: Tool, go: Go, name: str, binaries: Path) -> None:
    module = go.run(["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", tool.pin], tool.source).strip()
    target = binaries / Path(name).name
    shutil.copyfile(Path(module) / name, target)
    target.chmod(0o755)


@contextmanager
def _heartbeat(name: str, say: Say) -> Iterator[None]:
    """Say every half minute that a build is still under way."""
    began, done = time.monotonic(), threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT):
            say(f"{name}: still building ({time.monotonic() - began:.0f} s)")

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        done.set()
