"""Goes on after a run that was killed: frees its lock, and takes into the state what it had just made.

The engine writes down each resource that it *begins* to make. When it is killed before the answer came, that
resource may or may not exist; here vCenter and the tenant are asked: what exists is taken into the state, not made
twice, and a half-made machine is removed.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import psutil
from pulumi.automation import CommandError, Stack

from operations import console, project
from operations.connection import Connection
from operations.errors import UserError
from operations.found import Finder
from operations.found_directory import PROVIDER, DirectoryFinder

Document = dict[str, Any]


def recover(stack: Stack, connection: Connection) -> None:
    """Make the stack ready for the next run; does nothing when the last one ended in its own time.

    Raises:
        UserError: another run of the stack is alive, or the state can't be mended.
    """
    if _free_dead_lock(stack):
        console.say(f"stack '{stack.name}': the last run was killed; its lock is freed")
    state = json.loads(_run(stack, "stack", "export"))
    operations = state["deployment"].get("pending_operations") or []
    pending = [operation["resource"] for operation in operations if operation["type"] == "creating"]
    if not pending:
        return
    console.say(f"stack '{stack.name}': {len(pending)} resources were under way when the last run was killed")
    machines = [resource for resource in pending if resource["type"].endswith(":VirtualMachine")]
    in_tenant = [resource for resource in pending if resource["type"].startswith(PROVIDER)]
    others = [resource for resource in pending if resource not in machines and resource not in in_tenant]
    held = {resource.get("id") for resource in state["deployment"].get("resources") or ()}
    with Finder.open(connection) as finder:
        taken = taken_over(others, finder.find, held)
        removed = sum(finder.remove_half_made_machine(resource["inputs"]) for resource in machines)
    if in_tenant and connection.tenant is not None:
        with DirectoryFinder.open(connection.tenant) as directory:
            taken += taken_over(in_tenant, directory.find, held)
    _write(stack, mended(state, taken))
    if taken:
        _run(stack, "refresh", "--yes", "--skip-preview", *(f"--target={resource['urn']}" for resource in taken))
    console.say(
        f"stack '{stack.name}': {len(taken)} of them exist and were taken over, "
        f"{removed} half-made machines were removed; what is missing is made anew"
    )


def taken_over(
    resources: Sequence[Document], find: Callable[[str, Document], str | None], held: Collection[str]
) -> list[Document]:
    """The states of those of `resources` that exist; what they really are comes from the refresh after this.

    Args:
        resources: what was being made.
        find: tells the id of what a type's inputs have made.
        held: ids that the state has: such a one is not new, but what the new one was to replace.
    """
    found = [(resource, find(resource["type"], resource.get("inputs") or {})) for resource in resources]
    return [
        {**resource, "id": identity, "outputs": resource.get("inputs") or {}}
        for resource, identity in found
        if identity is not None and identity not in held
    ]


def mended(state: Document, taken: Sequence[Document]) -> Document:
    """The state with the resources of `taken` and with no creation left unfinished."""
    deployment = state["deployment"]
    resources = [*(deployment.get("resources") or []), *taken]
    return {**state, "deployment": {**deployment, "resources": resources, "pending_operations": []}}


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
        process = psutil.Process(lock["pid"])
        return process.name() == "pulumi" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _write(stack: Stack, state: Document) -> None:
    """Replace the state; secrets in it are as encrypted as they were exported."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        _run(stack, "stack", "import", "--file", file.name)


def _run(stack: Stack, *arguments: str) -> str:
    workspace = stack.workspace
    command = [*arguments, "--stack", stack.name]
    try:
        return str(workspace.pulumi_command.run(command, workspace.work_dir, workspace.env_vars).stdout)
    except CommandError as error:
        reason = next((line for line in str(error).splitlines() if "error:" in line), str(error))
        raise UserError(
            f"stack '{stack.name}': what a killed run left could not be mended: {reason.strip()}"
        ) from error
