"""A stack file read without Pulumi: the choices of an environment, for `ggvv plan` and for what comes before a run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from operations import project
from operations.errors import UserError
from reference.architecture import Architecture
from reference.choices import Choices
from reference.endpoint import CONNECTION_KEYS, Setting


@dataclass(frozen=True)
class StackSettings:
    """What a stack file says: `values` by key without the project's namespace; `secrets` names the encrypted keys."""

    stack: str
    path: Path
    values: dict[str, Any]
    secrets: frozenset[str]

    @classmethod
    def read(cls, stack: str) -> StackSettings:
        """Read `stacks/Pulumi.<stack>.yaml`.

        Raises:
            UserError: no such file, not YAML, or not a mapping of keys.
        """
        path = project.stack_file(stack)
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except yaml.YAMLError as error:
            reason = " ".join(str(error).split())
            raise UserError(f"{path.name}: is not YAML ({reason}); correct the file") from error
        entries = document.get("config") or {} if isinstance(document, dict) else None
        if not isinstance(entries, dict):
            raise UserError(
                f"{path.name}: 'config' must be a mapping of keys like {project.NAME}:waves; correct the file"
            )
        prefix = f"{project.NAME}:"
        own = {key.removeprefix(prefix): value for key, value in entries.items() if str(key).startswith(prefix)}
        secrets = frozenset(key for key, value in own.items() if isinstance(value, dict) and "secure" in value)
        return cls(stack, path, {k: v for k, v in own.items() if k not in secrets}, secrets)

    def endpoint_values(self, settings: Iterable[Setting]) -> dict[Setting, str | None]:
        """Each endpoint value: the environment's, else the file's; of an encrypted one only that it is there."""
        return {
            setting: os.environ.get(setting.variable)
            or ("(encrypted)" if setting.key in self.secrets else self.values.get(setting.key))
            for setting in settings
        }

    def choices(self) -> Choices:
        """The environment's choices, typed.

        Raises:
            reference.errors.ArchitectureError: a key is unknown or a value is wrong.
        """
        values = {key: value for key, value in self.values.items() if key not in CONNECTION_KEYS}
        return Choices.from_config(values, source=f"stacks/{self.path.name}")

    def architecture(self) -> Architecture:
        """The whole architecture of this stack, checked."""
        return Architecture.build(self.choices())
