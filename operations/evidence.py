"""The evidence of runs: `evidence/<run>/`, one folder for each command that proves or changes something."""

from __future__ import annotations

import datetime
from pathlib import Path

from operations import project


def new_run(stack: str, command: str, now: datetime.datetime | None = None) -> Path:
    """Make the folder `evidence/<date>-<time>-<stack>/<command>` (times in UTC) and return it.

    A second run within the same second gets a folder of its own (`…-2`).
    """
    moment = now or datetime.datetime.now(datetime.UTC)
    name = f"{moment:%Y%m%d-%H%M%S}-{stack}"
    for attempt in range(1, 100):
        folder = project.ROOT / "evidence" / (name if attempt == 1 else f"{name}-{attempt}") / command
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise RuntimeError(f"{folder}: a hundred runs within a second")
