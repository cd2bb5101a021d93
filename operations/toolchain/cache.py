"""Where built tools lie, and when one may be used again: by the content of its module, never by a date."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from operations.toolchain.tools import ROOT, Tool

KEPT = 3
"""Builds kept of each tool: so many branches can be switched between without building again."""

IGNORED = ("_test.go", ".md")
"""Endings of files that a build doesn't read."""


def home() -> Path:
    """The cache: `$GGVV_CACHE`, or `.cache/` in the project."""
    return Path(os.environ.get("GGVV_CACHE") or ROOT / ".cache").resolve()


def tools() -> Path:
    """The folder of built tools."""
    return home() / "tools"


def logs() -> Path:
    """The folder of build logs, made on first use."""
    directory = home() / "logs"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def key(tool: Tool, go_version: str) -> str:
    """A hash of all that decides what the build gives: sources, go.mod, go.sum, patches, profile, flags, compiler."""
    digest = hashlib.sha256()
    settings = (tool.package, tool.linker_flags, *tool.beside, go_version)
    parts = [*(setting.encode() for setting in settings)]
    for path in sources(tool):
        parts += [path.relative_to(tool.source).as_posix().encode(), path.read_bytes()]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:16]


def sources(tool: Tool) -> list[Path]:
    """The files of the tool's module that a build reads, in a fixed order."""
    return sorted(
        path
        for path in tool.source.rglob("*")
        if path.is_file()
        and not path.name.endswith(IGNORED)
        and not any(part.startswith(".") for part in path.relative_to(tool.source).parts)
    )


def place(tool: Tool, go_version: str) -> Path:
    """Where this very content of the tool lies once it is built."""
    return tools() / f"{tool.name}-{key(tool, go_version)}"


def fill(target: Path, make: Callable[[Path], None]) -> Path:
    """Let `make` fill an empty folder, and put that into place in one step: nobody ever sees a half-built tool.

    Raises:
        Exception: whatever `make` raised; nothing is left behind then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        make(scratch)
        scratch.chmod(0o755)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


@contextmanager
def lock(name: str, on_wait: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Hold the lock `name`: two runs at once build nothing twice. `on_wait` is called once if another run has it.

    The kernel lets go of it with the process, however that ends.
    """
    home().mkdir(parents=True, exist_ok=True)
    with (home() / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prune(tool: Tool, in_use: Path) -> None:
    """Remove builds of the tool but the newest ones and the one in use."""
    builds = [path for path in tools().glob(f"{tool.name}-*") if _is_build_of(tool, path) and path != in_use]
    builds.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in builds[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _is_build_of(tool: Tool, path: Path) -> bool:
    return path.name.rpartition("-")[0] == tool.name
