"""The real Pulumi engine through its Automation API: preview, deploy and destroy of one stack."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi.automation import (
    CommandError,
    DestroyResult,
    LocalWorkspaceOptions,
    OpType,
    Stack,
    UpResult,
    create_or_select_stack,
)
from pulumi.automation.events import EngineEvent

from operations.connection import Connection
from operations.engine_command import EngineCommand
from operations.errors import UserError
from operations.failure import explain
from operations.workplace import workplace

PARALLEL = 32
"""Resource operations under way at once; Terraform's provider takes as many without complaint."""

PACE = {"PULUMI_PARALLEL_DIFF": "true", "PULUMI_ENABLE_LEGACY_REFRESH_DIFF": "true"}
"""Compare resources side by side, and once: a refresh takes over what is there, and the comparison with what is
declared follows anyway. Both are the engine's own switches; a sixth less time for a check of 620 machines."""

UNCHANGED = {OpType.SAME, OpType.READ, OpType.REFRESH}
"""Steps that leave everything as it was."""

OnEvent = Callable[[EngineEvent], object]


@dataclass(frozen=True)
class Changes:
    """How many resources a run made, changed and removed (or would, in a preview), and how many stayed."""

    created: int
    updated: int
    deleted: int
    same: int

    @property
    def total(self) -> int:
        """How many resources did not stay as they were."""
        return self.created + self.updated + self.deleted

    @classmethod
    def of(cls, summary: Mapping[OpType, int]) -> Changes:
        """Sum up the engine's own counts by operation; an operation not named here counts as an update."""
        counts = {OpType(op): count for op, count in summary.items()}
        created = counts.pop(OpType.CREATE, 0)
        deleted = counts.pop(OpType.DELETE, 0)
        same = sum(counts.pop(op, 0) for op in UNCHANGED)
        return cls(created, sum(counts.values()), deleted, same)


class Engine:
    """One stack of this project, ready to run.

    Args:
        stack: the stack's name.
        connection: which vCenter and which state.
        log: where the engine's own words go; a failed run's sentence names this file.
    """

    def __init__(self, stack: str, connection: Connection, log: Path) -> None:
        self.stack = stack
        self.log = log
        self.directory = str(workplace(stack, connection))
        self.environment = PACE | connection.environment
        os.environ["PATH"] = self.environment["PATH"]
        self.command = EngineCommand()
        self._output: list[str] = []

    def select(self) -> Stack:
        """Select the stack in its state store, making it there on the first run.

        Raises:
            UserError: the state store is not reachable or the stack's secrets can't be opened.
        """
        options = LocalWorkspaceOptions(env_vars=self.environment, pulumi_command=self.command)
        try:
            return create_or_select_stack(self.stack, work_dir=self.directory, opts=options)
        except CommandError as error:
            raise self._failed(error) from error

    def preview(self, stack: Stack, on_event: OnEvent, *, refresh: bool) -> Changes:
        """What a deploy would do; nothing is written. With `refresh`, compared with what really is in vCenter.

        Raises:
            UserError: the program or the plugin failed.
        """
        try:
            result = stack.preview(
                on_event=on_event, on_output=self._keep, on_error=self._keep, parallel=PARALLEL, refresh=refresh
            )
        except CommandError as error:
            raise self._failed(error) from error
        return Changes.of(result.change_summary)

    def up(self, stack: Stack, on_event: OnEvent) -> Changes:
        """Deploy.

        Raises:
            UserError: a resource could not be made, or the run was interrupted.
        """
        return self._change(stack.up, on_event)

    def destroy(self, stack: Stack, on_event: OnEvent) -> Changes:
        """Remove everything that the stack made; what it only looked up stays.

        Raises:
            UserError: something could not be removed, or the run was interrupted.
        """
        return self._change(stack.destroy, on_event)

    def _change(self, operation: Callable[..., UpResult | DestroyResult], on_event: OnEvent) -> Changes:
        """Run what writes; no output or secret of the stack is shown."""
        try:
            result = operation(
                on_event=on_event,
                on_output=self._keep,
                on_error=self._keep,
                parallel=PARALLEL,
                suppress_outputs=True,
                show_secrets=False,
            )
        except CommandError as error:
            raise self._failed(error) from error
        return Changes.of(result.summary.resource_changes or {})

    def _keep(self, line: str) -> None:
        self._output.append(line)

    def _failed(self, error: CommandError) -> UserError:
        self.log.write_text("\n".join([*self._output, str(error)]), encoding="utf-8")
        return UserError(explain(self.stack, [*self._output, *str(error).splitlines()], self.log))
