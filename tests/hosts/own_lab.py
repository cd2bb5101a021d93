"""A lab that the tests bring up once for all of them, as a user does, and take away at the end of the session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lab.hosts.machine import obstacle
from lab.place import Lab
from operations.console import DIFFERS, DONE
from tests.deploy.conftest import Commands

UP = pytest.StashKey[subprocess.CompletedProcess[str]]()
PATIENCE = 1800.0
"""Seconds that `ggvv up` gets; two cores that do other things as well need a third of it."""

LAST_WORDS = 1500
"""Characters of what `ggvv up` said that a test repeats; all of it is told once."""


def own_lab(config: pytest.Config, folder: Path) -> Lab:
    """The lab of this session, up, configured and verified; what `ggvv up` said is in the stash.

    Fails every test that needs it where `ggvv up` came to no end; skips them where hosts can't boot. Where only a check
    failed the lab stands, and the tests say more of it than that one does.
    """
    if (reason := obstacle()) is not None:
        pytest.skip(f"not assessed: hosts can't boot here: {reason}")
    lab = Lab(folder / "lab")
    if UP not in config.stash:
        config.add_cleanup(lab.down)
        config.stash[UP] = Commands(lab)("up", seconds=PATIENCE)
        sys.stderr.write(config.stash[UP].stdout + config.stash[UP].stderr)
    up = config.stash[UP]
    # Each test that needs the lab says so: shortly, and the reason is what comes last.
    if up.returncode not in {DONE, DIFFERS}:
        pytest.fail(f"ggvv up ended with {up.returncode}: {up.stderr[-LAST_WORDS:]}", pytrace=False)
    return lab
