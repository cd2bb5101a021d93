"""The stack's choices as the engine hands them to the program."""

from __future__ import annotations

import json
from typing import Any

from pulumi.runtime.config import CONFIG

from reference.architecture import Architecture
from reference.choices import Choices
from reference.endpoint import CONNECTION_KEYS

PREFIX = "ggvv:"


def stack_architecture(stack: str) -> Architecture:
    """The architecture that the stack's configuration chooses, checked.

    Raises:
        reference.errors.ArchitectureError: a key is unknown, a value is wrong, or the architecture doesn't hold.
    """
    values = {
        key.removeprefix(PREFIX): _parse(value)
        for key, value in CONFIG.get().items()
        if key.startswith(PREFIX) and key.removeprefix(PREFIX) not in CONNECTION_KEYS
    }
    return Architecture.build(Choices.from_config(values, source=f"stacks/Pulumi.{stack}.yaml"))


def _parse(value: Any) -> Any:  # noqa: ANN401 - the engine passes structured values as JSON text, plain ones as they are
    if isinstance(value, str) and value[:1] in "{[":
        return json.loads(value)
    return value
