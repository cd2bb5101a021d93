"""Building: what is missing only, once, as parallel as memory allows, and with a plain sentence when it fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from operations.errors import UserError
from operations.toolchain import build, cache
from operations.toolchain.go import Go
from operations.toolchain.tools import Tool

GIB = 2**30


def test_a_built_tool_lies_in_its_place_and_says_what_it_took(tool: Tool, go: Go) -> None:
    said: list[str] = []
    target = build.build_one(tool, go, said.append)
    assert (target / "bin" / "crane").stat().st_mode & 0o111
    assert [path.name for path in target.iterdir()] == ["bin"]
    assert said == ["crane 1.2.3: built in 0 s"]


def test_nothing_is_built_twice(tool: Tool, go: Go) -> None:
    (go.program.parent / "slow").write_text("0.3")
    with ThreadPoolExecutor(2) as pool:
        places = list(pool.map(lambda _: build.build_one(tool, go, lambda _text: None), range(2)))
    assert places[0] == places[1]
    assert (go.program.parent / "calls").read_text().split() == ["built"]


def test_a_changed_source_is_built_again_and_the_old_build_stays_in_place(tool: Tool, go: Go) -> None:
    before = build.build_one(tool, go, lambda _text: None)
    (tool.source / "main.go").write_text("package main // better\n")
    after = build.build_one(tool, go, lambda _text: None)
    assert before != after
    assert before.exists()


def test_a_profile_beside_the_sources_is_used(tool: Tool, go: Go) -> None:
    (tool.source / "default.pgo").write_bytes(b"profile")
    build.build_one(tool, go, lambda _text: None)
    assert f"-pgo={tool.source / 'default.pgo'}" in (go.program.parent / "arguments").read_text()


def test_a_build_never_changes_what_is_committed(tool: Tool, go: Go) -> None:
    build.build_one(tool, go, lambda _text: None)
    assert "-mod=readonly" in (go.program.parent / "arguments").read_text()


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("dial tcp: lookup proxy: no such host", "can't be downloaded; check the network, or set GOPROXY"),
        ("link: write: no space left on device", "the disk is full; free about 10 GB"),
        ("compile: signal: killed", "memory ran out"),
        ("verifying module: checksum mismatch", "not the one that go.sum names"),
        ("a.go:1: missing go.sum entry for b", "lags behind its sources; run `go build -mod=mod` in its folder"),
        ("main.go:1:1: syntax error", r"exit code 1 \(main.go:1:1: syntax error\)"),
        ("", "it printed nothing"),
    ],
)
def test_a_failed_build_is_told_in_one_sentence(tool: Tool, go: Go, printed: str, sentence: str) -> None:
    (go.program.parent / "broken").write_text(printed)
    with pytest.raises(UserError, match=sentence) as failed:
        build.build_one(tool, go, lambda _text: None)
    assert "\n" not in str(failed.value)
    log = cache.logs() / "build-crane.log"
    assert str(log) in str(failed.value)
    assert log.read_text() == printed
    assert not cache.place(tool, go.version).exists()


@pytest.mark.parametrize(
    ("builds", "memory", "processors", "expected"),
    [
        (4, 24 * GIB, 2, 2),
        (4, 24 * GIB, 16, 4),
        (4, 7 * GIB, 16, 2),
        (4, 1 * GIB, 16, 1),
        (1, 24 * GIB, 16, 1),
    ],
)
def test_as_many_at_once_as_memory_and_processors_carry(
    builds: int, memory: int, processors: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert build.parallel(builds, memory) == expected


def test_a_long_build_says_that_it_goes_on(tool: Tool, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "HEARTBEAT", 0.05)
    (go.program.parent / "slow").write_text("0.3")
    said: list[str] = []
    build.build_one(tool, go, said.append)
    assert said[0] == "crane: still building (0 s)"
