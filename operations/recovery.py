"""Goes on after a run that was killed: frees its lock, and takes into the state what it had just made.

The engine writes down each resource that it *begins* to make. When it is killed before the answer came, that
resource may or may not exist; here vCenter is asked, and what exists is imported rather than made twice.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import psutil
from pulumi.automation import CommandError, Stack

from operations import console, project
from operations.connection import Connection
from operations.errors import UserError
from operations.found import Finder


@dataclass(frozen=True)
class Pending:
    """A resource whose creation was begun and never recorded as ended."""

    urn: str
    type: str
    inputs: dict[str, Any]


def recover(stack: Stack, connection: Connection) -> None:
    """Make the stack ready for the next run; does nothing when the last one ended in its own time.

    Raises:
        UserError: another run of the stack is alive.
    """
    if _free_dead_lock(stack):
        console.say(f"stack '{stack.name}': the last run was killed; its lock is freed")
    pending = _pending(stack)
    if not pending:
        return
    console.say(f"stack '{stack.name}': {len(pending)} resources were under way when the last run was killed")
    with Finder.open(connection) as finder:
        found = {entry.urn: identity for entry in pending if (identity := finder.find(entry.type, entry.inputs))}
    _settle(stack, pending, found)
    console.say(f"stack '{stack.name}': {len(found)} of them exist and were taken over, the others are made anew")


def _free_dead_lock(stack: Stack) -> bool:
    """Remove the locks whose process is gone; only locks of this machine in a file state store can be judged.

    Raises:
        UserError: the process of a lock is alive.
    """
    url = urlparse(stack.workspace.env_vars.get("PULUMI_BACKEND_URL", ""))
    if url.scheme != "file":
        return False
    directory = Path(unquote(url.path)) / ".pulumi" / "locks" / "organization" / project.NAME / stack.name
    locks = [(path, json.loads(path.read_text())) for path in directory.glob("*.json")]
    here = [(path, lock) for path, lock in locks if lock["hostname"] == socket.gethostname()]
    for _path, lock in here:
        if _alive(lock):
            raise UserError(
                f"stack '{stack.name}': another run of it is under way (pid {lock['pid']}, since {lock['timestamp']}); "
                "wait for it to end, then run the same command again"
            )
    for path, _lock in here:
        path.unlink()
    return bool(here)


def _alive(lock: dict[str, Any]) -> bool:
    try:
        return psutil.Process(lock["pid"]).name() == "pulumi"
    except psutil.NoSuchProcess:
        return False


def _pending(stack: Stack) -> list[Pending]:
    """The unfinished creations in the state, without opening a secret."""
    exported = json.loads(
        stack.workspace.pulumi_command.run(
            ["stack", "export", "--stack", stack.name], stack.workspace.work_dir, stack.workspace.env_vars
        ).stdout
    )
    operations = exported["deployment"].get("pending_operations") or []
    return [
        Pending(entry["resource"]["urn"], entry["resource"]["type"], entry["resource"].get("inputs") or {})
        for entry in operations
        if entry["type"] == "creating"
    ]


def _settle(stack: Stack, pending: list[Pending], found: dict[str, str]) -> None:
    """Import what exists and drop the rest of the unfinished creations from the state."""
    arguments = ["refresh", "--yes", "--skip-preview", "--stack", stack.name]
    try:
        if found:
            pairs = [part for urn, identity in found.items() for part in (urn, identity)]
            targets = [f"--target={urn}" for urn in found]
            _run(stack, [*arguments, *targets, *(f"--import-pending-creates={p}" for p in pairs)])
        if len(found) < len(pending):
            _run(stack, [*arguments, "--clear-pending-creates", f"--target={pending[0].urn}"])
    except CommandError as error:
        raise UserError(f"stack '{stack.name}': the killed run could not be cleaned up: {error}") from error


def _run(stack: Stack, arguments: list[str]) -> None:
    stack.workspace.pulumi_command.run(arguments, stack.workspace.work_dir, stack.workspace.env_vars)
