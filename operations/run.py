"""One run of the engine on a stack: checked first, shown while it goes, summed up at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from pulumi.automation.events import EngineEvent

from operations import console, project, toolchain
from operations.connection import Connection, connect
from operations.differences import Difference, differences, table
from operations.engine import Changes, Engine
from operations.preflight import check_vcenter, refuse_what_the_bridge_lacks
from operations.progress import RunProgress
from operations.recovery import recover
from operations.stack_settings import StackSettings
from operations.tenant_connection import TenantConnection
from operations.tenant_preflight import check_tenant
from reference.architecture import Architecture

OTHER_RESOURCES = 150
"""About how many resources there are beside the servers, for the progress line."""


@dataclass(frozen=True)
class Run:
    """A stack whose architecture holds and whose vCenter answers."""

    architecture: Architecture
    connection: Connection
    engine: Engine

    @classmethod
    def prepare(cls, stack: str, *, preview: bool) -> Run:
        """Check everything that can be checked before the engine starts.

        Raises:
            UserError: the stack, its endpoint or its credentials are wrong.
            reference.errors.ArchitectureError: the architecture doesn't hold.
        """
        settings = StackSettings.read(stack)
        architecture = settings.architecture()
        connection = connect(settings, preview=preview)
        refuse_what_the_bridge_lacks(stack, architecture, stand_in=connection.stand_in)
        about = check_vcenter(connection) if connection.password else "vCenter"
        console.say(f"stack '{stack}': vCenter {connection.server} ({about}, {_kind(connection.stand_in)})")
        if connection.stand_in and not project.in_lab(stack):
            console.say(f"stack '{stack}' has no vCenter of its own yet: the preview is made against the lab's")
        _prepare_tenant(stack, architecture, connection.tenant)
        return cls(architecture, connection, Engine(stack, connection, project.logs() / f"{stack}.log"))

    def preview(self, *, refresh: bool) -> Changes:
        """Show what a deploy would do, and property by property what differs."""
        stack = self.engine.select()
        found: list[Difference] = []
        with self._progress("preview") as progress, self._interruptible():

            def on_event(event: EngineEvent) -> None:
                progress.on_event(event)
                found.extend(differences(event))

            changes = self._timed("preview", lambda: self.engine.preview(stack, on_event, refresh=refresh))
        if found:
            console.out.print(table(found))
        return changes

    def deploy(self) -> Changes:
        """Deploy, going on from where an interrupted run stopped."""
        stack = self.engine.select()
        recover(stack, self.connection)
        with self._progress("deploy") as progress, self._interruptible():
            return self._timed("deploy", lambda: self.engine.up(stack, progress.on_event))

    def destroy(self) -> Changes:
        """Remove what the stack made."""
        stack = self.engine.select()
        recover(stack, self.connection)
        with self._progress("destroy") as progress, self._interruptible():
            return self._timed("destroy", lambda: self.engine.destroy(stack, progress.on_event))

    def _progress(self, verb: str) -> RunProgress:
        expected = len(self.architecture.deployed) + OTHER_RESOURCES
        return RunProgress(console.err, f"{verb} {self.engine.stack}", expected)

    def _interruptible(self) -> AbstractContextManager[None]:
        def tell(count: int) -> None:
            if count == 1:
                console.say("stopping: what is under way is finished first; once more stops at once")

        return self.engine.command.interruptible(tell)

    def _timed(self, verb: str, work: Callable[[], Changes]) -> Changes:
        began = time.monotonic()
        changes = work()
        console.out.print(
            f"{verb} {self.engine.stack}: {changes.created} created, {changes.updated} updated, "
            f"{changes.deleted} deleted, {changes.same} unchanged ({time.monotonic() - began:.1f} s)"
        )
        return changes


def _prepare_tenant(stack: str, architecture: Architecture, tenant: TenantConnection | None) -> None:
    """Check the tenant and say which it is, and whose plugin talks to it."""
    identity = architecture.choices.identity
    if tenant is None or identity is None:
        return
    check_tenant(stack, identity, tenant)
    where = f"{_kind(tenant.stand_in)}, plugin azuread: {_azuread_plugin(tenant)}"
    console.say(f"stack '{stack}': tenant {tenant.tenant_id} at {tenant.graph} ({where})")
    if tenant.stand_in and not project.in_lab(stack):
        console.say(f"stack '{stack}' has no tenant of its own yet: the preview is made against the lab's")


def _azuread_plugin(tenant: TenantConnection) -> str:
    """Whose plugin talks to the tenant; the project's own never talks to a real one."""
    plugin = toolchain.locate(toolchain.AZUREAD.name)
    if isinstance(plugin, toolchain.Missing):
        return "missing"
    if plugin.origin is toolchain.Origin.OWN and not tenant.stand_in:
        return "the official one, which the engine gets"
    return str(plugin.origin)


def _kind(stand_in: bool) -> str:
    return "the lab's stand-in" if stand_in else "a real one"
