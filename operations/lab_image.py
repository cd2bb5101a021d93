"""The lab's golden root file system in the cache: built once for its list of packages, never seen half-built."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.hosts import image
from operations import console
from operations.toolchain import cache, location
from operations.toolchain.tools import KOPIA, VERSITYGW

MOUNTS = Path("/proc/self/mountinfo")


def golden_tree() -> Path:
    """The tree, built where the cache has none for today's list of packages and programs.

    Raises:
        lab.hosts.errors.HostsError: it can't be built.
        operations.errors.UserError: a program is not built.
    """
    programs = {tool.name: location.path(tool.name) for tool in (KOPIA, VERSITYGW)}
    folder = cache.home() / "hosts"
    tree = folder / image.key(programs)
    if not tree.is_dir():
        with cache.lock("hosts", lambda: console.say("lab hosts: another run builds the root file system; waiting")):
            if not tree.is_dir():
                cache.fill(tree, lambda scratch: image.build(scratch, programs, console.say))
                _prune(folder, tree)
    return tree


def _prune(folder: Path, in_use: Path) -> None:
    """Remove trees of other lists of packages, and what killed builds left, but for those that hosts run on."""
    mounts = MOUNTS.read_text(encoding="utf-8")
    for path in folder.iterdir():
        if path != in_use and f"lowerdir={path}" not in mounts:
            shutil.rmtree(path, ignore_errors=True)
