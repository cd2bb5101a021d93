"""Official programs that are on the machine are used; ours in the cache are never taken for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.toolchain import cache, official
from operations.toolchain.official import Official, Rejected
from operations.toolchain.tools import BRIDGE, PULUMI

WHOLE = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")


@pytest.fixture
def install(program: Callable[..., Path]):
    """Installs an official CLI: `install("bin", "v3.300.0")`."""

    def make(folder: str, version: str, names: tuple[str, ...] = WHOLE) -> Path:
        for name in names:
            program(f"{folder}/{name}", f"echo {version}")
        return program(f"{folder}/pulumi", f"echo {version}")

    return make


@pytest.mark.parametrize("folder", ["bin", "pulumi-home/bin"])
def test_an_official_cli_on_path_or_in_pulumis_home_is_used(install: Callable[..., Path], folder: str) -> None:
    assert official.cli() is None
    program = install(folder, "v3.300.1")
    assert official.cli() == Official(program, "3.300.1")


def test_the_very_version_of_our_own_is_new_enough(install: Callable[..., Path]) -> None:
    install("bin", f"v{PULUMI.version}")
    assert isinstance(official.cli(), Official)


@pytest.mark.parametrize(
    ("version", "names", "reason"),
    [
        ("v3.100.0", WHOLE, f"its version 3.100.0 is older than {PULUMI.version}"),
        ("v3.300.0", WHOLE[:1], "pulumi-language-python, pulumi-language-python-exec is not beside it"),
        ("hello", WHOLE, "it doesn't say its version"),
    ],
)
def test_a_cli_that_cannot_be_used_is_named_with_the_reason(
    install: Callable[..., Path], version: str, names: tuple[str, ...], reason: str
) -> None:
    program = install("bin", version, names)
    assert official.cli() == Rejected(program, reason)


def test_our_own_tools_on_path_are_not_official(install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    install("cache/tools/pulumi-0123/bin", "v3.259.0")
    monkeypatch.setenv("PATH", f"{cache.tools() / 'pulumi-0123' / 'bin'}:/usr/bin:/bin")
    assert official.cli() is None
    assert official.outside_path() == "/usr/bin:/bin"


def test_the_plugin_that_the_sdk_asks_for_is_found_in_pulumis_home(program: Callable[..., Path]) -> None:
    assert official.plugin(BRIDGE) is None
    plugin = program(f"pulumi-home/plugins/resource-vsphere-v{BRIDGE.version}/{BRIDGE.name}", f"echo {BRIDGE.version}")
    assert official.plugin(BRIDGE) == Official(plugin, BRIDGE.version)


def test_a_plugin_of_another_version_in_pulumis_home_is_not_taken(program: Callable[..., Path]) -> None:
    program(f"pulumi-home/plugins/resource-vsphere-v4.0.0/{BRIDGE.name}", "echo 4.0.0")
    assert official.plugin(BRIDGE) is None


def test_a_half_downloaded_plugin_is_not_taken(program: Callable[..., Path], machine: Path) -> None:
    program(f"pulumi-home/plugins/resource-vsphere-v{BRIDGE.version}/{BRIDGE.name}", f"echo {BRIDGE.version}")
    (machine / "pulumi-home" / "plugins" / f"resource-vsphere-v{BRIDGE.version}.partial").touch()
    assert official.plugin(BRIDGE) is None


def test_a_plugin_on_path_goes_first_because_the_engine_takes_it_first(program: Callable[..., Path]) -> None:
    program(f"pulumi-home/plugins/resource-vsphere-v{BRIDGE.version}/{BRIDGE.name}", f"echo {BRIDGE.version}")
    on_path = program(f"bin/{BRIDGE.name}", "echo 4.17.0")
    assert official.plugin(BRIDGE) == Official(on_path, "4.17.0")
