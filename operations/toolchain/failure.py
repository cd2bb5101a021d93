"""Turns what a failed Go build printed into one sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

from operations.errors import UserError
from operations.toolchain.tools import Tool

CAUSES = (
    (("no space left on device",), "the disk is full", "free about 10 GB"),
    (("signal: killed", "cannot allocate memory"), "memory ran out", "close other programs or give the machine 4 GB"),
    (("checksum mismatch",), "a downloaded module is not the one that go.sum names", "run `go clean -modcache`"),
    (
        ("missing go.sum entry", "updates to go.mod needed"),
        "its go.mod or go.sum lags behind its sources",
        "run `go build -mod=mod` in its folder and commit both",
    ),
    (
        ("dial tcp", "no such host", "i/o timeout", "connection refused", "TLS handshake", "proxyconnect"),
        "the Go modules can't be downloaded",
        "check the network, or set GOPROXY to a proxy that this machine reaches",
    ),
)
"""What the output holds, what that means, what helps."""


def explain(tool: Tool, output: str, code: int, log: Path) -> UserError:
    """The error to raise for a build that ended with `code` and printed `output`, which is kept in `log`."""
    for marks, cause, remedy in CAUSES:
        if any(mark in output for mark in marks):
            return UserError(f"{tool.name}: the build failed, {cause}; {remedy}, then run: make tools (log: {log})")
    last = (output.strip().splitlines() or ["it printed nothing"])[-1]
    return UserError(f"{tool.name}: the build failed with exit code {code} ({last}); the whole output is in {log}")
