"""Runs a program of the system and tells its failure in one sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from lab.hosts.errors import HostsError


def run(command: Sequence[str], given: str = "") -> str:
    """Run `command` with the text `given` as its input; what it printed.

    Raises:
        HostsError: it ended with another code than 0; the sentence has the last thing that it said.
    """
    result = subprocess.run(  # noqa: S603 - a fixed list of ours, no shell
        command, input=given, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        said = result.stderr.strip().splitlines() or ["nothing"]
        raise HostsError(f"`{' '.join(command)}` ended with code {result.returncode}; it said: {said[-1]}")
    return result.stdout
