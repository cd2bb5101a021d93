"""Which program is used for each tool, and the environment that the engine runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from operations.errors import UserError
from operations.toolchain import cache, go, official
from operations.toolchain.tools import LANGUAGE_HOST, PULUMI, TOOLS, Tool

REMEDY = "run: make tools"

PLUGIN = "pulumi-resource-"
"""How the names of the engine's resource plugins begin."""

GOGC = os.environ.get("GOGC", "400")
"""Engine and plugin may grow to five times their live memory before they collect: less time for some 100 MB."""


class Origin(StrEnum):
    """Where a program comes from."""

    OFFICIAL = "official"
    BUILT = "built"
    OWN = "the project's own"


@dataclass(frozen=True)
class Found:
    """The program that is used for a tool."""

    tool: Tool
    path: Path
    version: str
    origin: Origin


@dataclass(frozen=True)
class Missing:
    """A tool that is not there, and the command that mends it."""

    tool: Tool
    remedy: str


def locate(name: str) -> Found | Missing:
    """Find the tool: an official program on the machine first, else ours, built from exactly today's sources.

    Raises:
        KeyError: there is no such tool in the table.
    """
    tool = TOOLS[name]
    if (there := _official(tool)) is not None:
        return Found(tool, there.program.with_name(tool.name), there.version, Origin.OFFICIAL)
    if tool.script:
        return Found(tool, tool.source / tool.name, tool.version, Origin.OWN)
    program = cache.place(tool, go.find().version) / "bin" / tool.name
    return Found(tool, program, tool.version, Origin.BUILT) if program.is_file() else Missing(tool, REMEDY)


def path(name: str) -> Path:
    """The program that is used for the tool.

    Raises:
        UserError: it is not there; the sentence names the command that builds it.
    """
    found = locate(name)
    if isinstance(found, Missing):
        raise UserError(f"{name} ({found.tool.purpose}) is not built, or its sources changed since; {found.remedy}")
    return found.path


def to_build() -> list[Tool]:
    """The tools that no official program takes the place of."""
    return [tool for tool in TOOLS.values() if not tool.script and _official(tool) is None]


def environment(stand_ins: Sequence[Tool], *, acquire: bool) -> dict[str, str]:
    """What the engine's environment needs: PATH with this virtual environment first, then the CLI and its host.

    The plugins of `stand_ins` are on it as well (lab runs); any other the engine finds by its own rules, and with
    `acquire` it may download them.

    Raises:
        UserError: a tool is not built.
    """
    tools = [PULUMI, LANGUAGE_HOST, *stand_ins]
    folders = [Path(sys.prefix) / "bin", *(path(tool.name).parent for tool in tools)]
    search = [*map(str, dict.fromkeys(folders)), official.outside_path()]
    variables = {"PATH": os.pathsep.join(search), "PULUMI_SKIP_UPDATE_CHECK": "true", "GOGC": GOGC}
    return variables | ({} if acquire else {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"})


def _official(tool: Tool) -> official.Official | None:
    if tool in (PULUMI, LANGUAGE_HOST):
        found = official.cli()
        return found if isinstance(found, official.Official) else None
    return official.plugin(tool) if tool.name.startswith(PLUGIN) else None
