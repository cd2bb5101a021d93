"""What a deploy handed over: the stack output that hosts are booted and configured from."""

from __future__ import annotations

from typing import Any

from operations import project
from operations.connection import connect
from operations.errors import UserError
from operations.stack_settings import StackSettings
from reference.handover import Handover
from reference.handover_reader import read_handover

OUTPUT = "handover"
"""The name of the stack output."""


class NotDeployed(UserError):
    """The stack has handed nothing over yet."""


def deployed_handover(stack: str) -> Handover:
    """The handover of a deployed stack.

    Raises:
        NotDeployed: the stack was not deployed.
        UserError: its state can't be read.
        reference.errors.ArchitectureError: it was deployed by a ggvv whose handover this one doesn't read.
    """
    settings = StackSettings.read(stack)
    return read_handover(stack_handover(settings), settings.choices().environment)


def stack_handover(settings: StackSettings) -> Any:  # noqa: ANN401 - JSON is of any type until it is checked
    """The stack output as it is, not yet checked.

    Raises:
        NotDeployed: the stack was not deployed.
        UserError: its state can't be read.
    """
    from operations.engine import Engine  # noqa: PLC0415 - the engine's library takes half a second to load

    stack = settings.stack
    engine = Engine(stack, connect(settings, preview=False), project.logs() / f"{stack}.log")
    output = engine.select().outputs().get(OUTPUT)
    if output is None:
        raise NotDeployed(f"stack '{stack}' has no output '{OUTPUT}': it was not deployed; run: ggvv deploy -s {stack}")
    return output.value
