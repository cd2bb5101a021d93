"""The official Pulumi CLI and resource plugins, where they are already on the machine."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from operations.toolchain import cache
from operations.toolchain.tools import LANGUAGE_HOST, PULUMI, TOOLS, Tool

CLI_FILES = (PULUMI.name, LANGUAGE_HOST.name, f"{LANGUAGE_HOST.name}-exec")
"""What must lie in one folder to be a whole CLI for Python programs."""


@dataclass(frozen=True)
class Official:
    """An official program: where it is and what version it says it is."""

    program: Path
    version: str


@dataclass(frozen=True)
class Rejected:
    """An official program that is there and can't be used, and why."""

    program: Path
    reason: str


def cli() -> Official | Rejected | None:
    """The official CLI with its Python language host, on PATH or in `~/.pulumi/bin`, if it is new enough.

    Older than the version in tools/pulumi is not used: the SDK in the lock was never tried with it.
    """
    program = _first(PULUMI.name, [*_search_path(), _pulumi_home() / "bin"])
    if program is None:
        return None
    absent = [name for name in CLI_FILES if not _runs(program.parent / name)]
    if absent:
        return Rejected(program, f"{', '.join(absent)} is not beside it")
    version = version_of(program, "version")
    if version is None:
        return Rejected(program, "it doesn't say its version")
    if _numbers(version) < _numbers(PULUMI.version):
        return Rejected(program, f"its version {version} is older than {PULUMI.version}")
    return Official(program, version)


def plugin(tool: Tool) -> Official | None:
    """The official plugin that `tool` stands in for, if it is on the machine.

    One on PATH goes first, as for the engine; else the one that the SDK asks for, from `pulumi plugin install`.
    """
    package = tool.name.removeprefix("pulumi-")
    installed = _pulumi_home() / "plugins" / f"{package}-v{tool.version}"
    complete = [] if installed.with_name(f"{installed.name}.partial").exists() else [installed]
    program = _first(tool.name, [*_search_path(), *complete])
    if program is None:
        return None
    return Official(program, version_of(program, "-version") or "unknown")


def outside_path() -> str:
    """The caller's PATH without our own programs: inside `ggvv exec` the tools of the outer run are on it."""
    return os.pathsep.join(map(str, _search_path()))


@lru_cache
def version_of(program: Path, argument: str) -> str | None:
    """The version that a program prints, without a leading `v`; None if it prints none."""
    try:
        said = subprocess.run(  # noqa: S603 - a fixed argument, no shell
            [str(program), argument],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    matched = re.search(r"v?(\d+\.\d+\.\d+\S*)", said)
    return matched[1] if matched else None


def _search_path() -> Iterator[Path]:
    ours = [cache.home(), *(tool.source.resolve() for tool in TOOLS.values() if tool.script)]
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        if entry and not any(Path(entry).resolve().is_relative_to(folder) for folder in ours):
            yield Path(entry)


def _pulumi_home() -> Path:
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def _first(name: str, folders: list[Path]) -> Path | None:
    return next((folder / name for folder in folders if _runs(folder / name)), None)


def _runs(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))
