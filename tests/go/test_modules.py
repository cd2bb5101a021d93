"""The Go modules of the project: vetted, and their own tests run against exactly what is built (patches included)."""

from __future__ import annotations

import subprocess

import pytest

from operations.toolchain import build, go, patches
from operations.toolchain.tools import ROOT, TOOLS, Tool

RACED = ["lab/vcenter"]
"""Modules that many clients use at once: their tests also run under the race detector."""

PEERS = {"benchmarks/landing/provider"}
"""Eleven lines around somebody else's program: to vet them, Go compiles all of it for minutes (format is checked)."""


def modules_with_code() -> list[str]:
    """The modules that have Go files of their own; the others only pin somebody else's program."""
    return [
        str(folder.relative_to(ROOT))
        for folder in go.modules()
        if any(path.name != "tools.go" for path in folder.glob("*.go")) and str(folder.relative_to(ROOT)) not in PEERS
    ]


@pytest.fixture(scope="module", params=modules_with_code())
def module(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def tool(module: str) -> Tool | None:
    """What is built from the module, if anything."""
    return next((tool for tool in TOOLS.values() if tool.folder == module), None)


@pytest.fixture(scope="module")
def patched(tool: Tool | None, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The flags by which a test sees the dependencies that the build patches."""
    return ["-mod=readonly", *(patches.apply(tool, go.find(), tmp_path_factory.mktemp("patched")) if tool else [])]


@pytest.fixture(scope="module")
def flags(tool: Tool | None, patched: list[str]) -> list[str]:
    """The build's own, so that Go takes what it compiled then instead of compiling it for minutes again."""
    return [*patched, *(build.flags(tool) if tool else [])]


def run(arguments: list[str], module: str, **variables: str) -> None:
    __tracebackhide__ = True
    try:
        go.find().run(arguments, ROOT / module, **variables)
    except subprocess.CalledProcessError as error:
        pytest.fail(f"go {' '.join(arguments)} in {module}:\n{error.output}", pytrace=False)


def test_vet_finds_nothing(module: str, flags: list[str]) -> None:
    run(["vet", *flags, "./..."], module)


def test_its_own_tests_pass(module: str, flags: list[str]) -> None:
    run(["test", *flags, "-timeout=15m", "./..."], module)


@pytest.mark.race
@pytest.mark.parametrize("module", RACED, indirect=True, scope="module")
def test_its_clients_don_t_race(module: str, patched: list[str]) -> None:
    """By `make race`: Go compiles everything anew for it, for minutes."""
    run(["test", *patched, "-race", "-timeout=15m", "./..."], module, CGO_ENABLED="1")


def test_all_files_have_the_standard_format() -> None:
    go.check_format()
