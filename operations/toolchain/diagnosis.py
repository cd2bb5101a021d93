"""What of the toolchain is in use, at which version, from where, and what mends what is missing (`ggvv doctor`)."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum

from operations.toolchain import bootstrap, cache, go, official
from operations.toolchain.location import Found, locate
from operations.toolchain.memory import available
from operations.toolchain.tools import PULUMI, TOOLS, Tool

GIB = 2**30
MEMORY_WANTED = 4 * GIB
"""Bytes: the largest build at its peak (docs/toolchain.md) and what runs beside it."""
DISK_WANTED = 8 * GIB
"""Bytes: Go's module and build caches with all tools, measured at 6 GiB."""


class State(StrEnum):
    """How a part is: in order; usable, but look at it; or missing."""

    OK = "ok"
    NOTICE = "notice"
    MISSING = "missing"


@dataclass(frozen=True)
class Row:
    """One part of the toolchain; `in_use` is a path or a figure, `remedy` is empty where nothing is to be done."""

    part: str
    in_use: str
    version: str
    origin: str
    state: State
    remedy: str = ""


def doctor() -> list[Row]:
    """Look at every part of the toolchain. Nothing is changed, nothing is downloaded."""
    return [
        _python(),
        _environment(),
        _system_packages(),
        _go(),
        *(_tool(tool) for tool in TOOLS.values()),
        _memory(),
        _disk(),
    ]


def _python() -> Row:
    return Row("Python", sys.executable, platform.python_version(), "system", State.OK)


def _environment() -> Row:
    in_sync = bootstrap.in_sync()
    state = State.OK if in_sync else State.NOTICE
    version = "as in the lock" if in_sync else "differs from the lock"
    return Row("virtual environment", str(bootstrap.VENV), version, "PyPI", state, "" if in_sync else "run: make venv")


def _system_packages() -> Row:
    missing = bootstrap.missing_packages()
    wanted = ", ".join(bootstrap.wanted_packages())
    if not missing:
        return Row("system packages", wanted, "", "system", State.OK)
    remedy = f"run: sudo apt-get install -y {' '.join(missing)}"
    return Row("system packages", f"missing: {', '.join(missing)}", "", "system", State.MISSING, remedy)


def _go() -> Row:
    found = go.find()
    if found.program.is_file():
        return Row("Go", str(found.program), found.version, found.origin, State.OK)
    return Row("Go", "not installed yet", found.version, found.origin, State.NOTICE, "run: make tools")


def _tool(tool: Tool) -> Row:
    found = locate(tool.name)
    if not isinstance(found, Found):
        return Row(tool.name, "not built", tool.version, "", State.MISSING, found.remedy)
    rejected = official.cli() if tool is PULUMI else None
    if isinstance(rejected, official.Rejected):
        remedy = f"the official one at {rejected.program} is not used: {rejected.reason}"
        return Row(tool.name, str(found.path), found.version, found.origin, State.NOTICE, remedy)
    return Row(tool.name, str(found.path), found.version, found.origin, State.OK)


def _memory() -> Row:
    free = available()
    enough = free >= MEMORY_WANTED
    remedy = "" if enough else f"building the tools may need {MEMORY_WANTED // GIB} GiB; close other programs first"
    return Row("memory", f"{free / GIB:.1f} GiB free", "", "", State.OK if enough else State.NOTICE, remedy)


def _disk() -> Row:
    cache.home().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache.home()).free
    enough = free >= DISK_WANTED
    remedy = (
        "" if enough else f"building the tools needs {DISK_WANTED // GIB} GiB; free some, or set GGVV_CACHE elsewhere"
    )
    return Row("disk", f"{free / GIB:.1f} GiB free", "", "", State.OK if enough else State.NOTICE, remedy)
