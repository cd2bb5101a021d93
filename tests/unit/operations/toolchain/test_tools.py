"""The table of tools: versions are written down in one place each, and the table names what is really there."""

from __future__ import annotations

import dataclasses

import pytest

from operations.toolchain.tools import TOOLS, Tool


def test_the_version_is_the_one_in_go_mod(tool: Tool) -> None:
    assert tool.version == "1.2.3"


def test_the_version_of_a_bridge_is_the_one_of_its_sdk_in_the_lock(tool: Tool) -> None:
    (tool.root / "requirements.lock").write_text(
        "pulumi-crane-extra==9.9.9 \\\npulumi-crane==4.5.6 \\\n    --hash=sha256:0\n"
    )
    bridge = dataclasses.replace(tool, pin="pypi:pulumi-crane", stamp="main.version=")
    assert bridge.version == "4.5.6"
    assert bridge.linker_flags == "-s -w -X main.version=4.5.6"


def test_a_pin_that_is_not_there_is_an_error(tool: Tool) -> None:
    with pytest.raises(LookupError, match=r"go\.mod"):
        _ = dataclasses.replace(tool, pin="example.org/cran").version


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_a_module_and_a_version(name: str) -> None:
    evidence = TOOLS[name].source / (name if TOOLS[name].script else "go.sum")
    assert evidence.is_file()
    assert TOOLS[name].version[0].isdigit()
