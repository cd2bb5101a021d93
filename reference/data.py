"""Reads the data files that stand beside the code, each into a typed value."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from reference.errors import ArchitectureError, explain

FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there: ten times as fast, and as safe."""

T = TypeVar("T")


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - YAML is of any type until it is checked
    """The YAML document in `path`.

    Raises:
        ArchitectureError: no such file, or not YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, see above
    except OSError as error:
        raise ArchitectureError(f"{path.name}: can't be read ({error.strerror}); check the path {path}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ArchitectureError(f"{path.name}: is not YAML ({reason}); correct the file") from error


def load(name: str, kind: type[T], folder: Path = FOLDER) -> T:
    """The data file `name` as a value of type `kind`.

    Raises:
        ArchitectureError: the file does not hold such a value.
    """
    try:
        return TypeAdapter(kind).validate_python(read_yaml(folder / name))
    except ValidationError as error:
        raise explain(error, kind, name) from error
