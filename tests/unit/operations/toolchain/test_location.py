"""Which program is used, and what the engine's PATH holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.toolchain import Found, Missing, Origin, cache, environment, go, locate, path
from operations.toolchain.location import to_build
from operations.toolchain.tools import BRIDGE, KOPIA, LANGUAGE_HOST, PULUMI, VCENTER, VERSITYGW, Tool

ENGINE = (PULUMI, LANGUAGE_HOST, BRIDGE)


@pytest.fixture
def built() -> dict[str, Path]:
    """Pretends that the engine's tools were built; their folders by name."""

    def pretend(tool: Tool) -> Path:
        folder = cache.place(tool, go.find().version) / "bin"
        folder.mkdir(parents=True)
        (folder / tool.name).touch(0o755)
        return folder

    return {tool.name: pretend(tool) for tool in ENGINE}


def test_a_tool_that_is_not_built_is_missing_and_names_the_command_that_builds_it() -> None:
    assert locate("pulumi") == Missing(PULUMI, "run: make tools")
    with pytest.raises(UserError, match=r"^pulumi \(the deployment engine\) is not built.*run: make tools$"):
        path("pulumi")


def test_a_built_tool_is_found_with_its_version(built: dict[str, Path]) -> None:
    assert locate("pulumi") == Found(PULUMI, built["pulumi"] / "pulumi", PULUMI.version, Origin.BUILT)


def test_a_half_built_tool_is_not_found() -> None:
    (cache.place(PULUMI, go.find().version) / "bin").mkdir(parents=True)
    assert isinstance(locate("pulumi"), Missing)


def test_the_official_cli_goes_before_ours_with_its_own_language_host(
    built: dict[str, Path], program: Callable[..., Path]
) -> None:
    for name in ("pulumi", "pulumi-language-python", "pulumi-language-python-exec"):
        program(f"bin/{name}", "echo v3.300.0")
    for tool in (PULUMI, LANGUAGE_HOST):
        found = locate(tool.name)
        assert isinstance(found, Found)
        assert (found.path.parent, found.version, found.origin) == (
            found.path.parent.parent / "bin",
            "3.300.0",
            Origin.OFFICIAL,
        )
    assert to_build() == [BRIDGE, VCENTER, KOPIA, VERSITYGW]
    assert str(built["pulumi"]) not in environment([BRIDGE], acquire=False)["PATH"]


def test_the_official_plugin_goes_before_the_bridge(built: dict[str, Path], program: Callable[..., Path]) -> None:
    plugin = program(f"pulumi-home/plugins/resource-vsphere-v{BRIDGE.version}/{BRIDGE.name}", f"echo {BRIDGE.version}")
    assert locate(BRIDGE.name) == Found(BRIDGE, plugin, BRIDGE.version, Origin.OFFICIAL)
    assert BRIDGE not in to_build()
    assert str(built[BRIDGE.name]) not in environment([BRIDGE], acquire=False)["PATH"]


def test_path_holds_the_virtual_environment_first_then_the_engine_then_the_callers(built: dict[str, Path]) -> None:
    search = environment([], acquire=True)["PATH"].split(os.pathsep)
    assert search[0] == str(Path(sys.prefix) / "bin")
    assert search[1:3] == [str(built["pulumi"]), str(built["pulumi-language-python"])]
    assert search[-2:] == ["/usr/bin", "/bin"]


def test_the_stand_in_is_on_path_only_in_runs_that_need_it(
    built: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = str(built[BRIDGE.name])
    assert bridge not in environment([], acquire=True)["PATH"]
    monkeypatch.setenv("PATH", environment([BRIDGE], acquire=False)["PATH"])
    assert bridge in os.environ["PATH"]
    assert bridge not in environment([], acquire=True)["PATH"]


def test_an_environment_without_the_engine_is_refused() -> None:
    with pytest.raises(UserError, match="run: make tools"):
        environment([], acquire=True)
