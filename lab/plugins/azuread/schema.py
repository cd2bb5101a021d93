"""What each resource and function takes and gives, as the SDK has it (`schema.json`, derived by `derive.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("schema.json")


@dataclass(frozen=True)
class Input:
    """One input: `type` is string, boolean, integer, number, `[item]`, `{value}` or the name of an object type."""

    type: str
    required: bool = False


@dataclass(frozen=True)
class Shape:
    """A resource or function: its inputs by name, and the names of its outputs with their types."""

    inputs: Mapping[str, Input]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Schema:
    """All resources and functions by token, and the object types that inputs are made of."""

    resources: Mapping[str, Shape]
    functions: Mapping[str, Shape]
    types: Mapping[str, Mapping[str, Input]]


@cache
def schema() -> Schema:
    """The schema of the SDK's version that the file was derived from."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    return Schema(
        {token: _shape(each) for token, each in document["resources"].items()},
        {token: _shape(each) for token, each in document["functions"].items()},
        {name: _inputs(each) for name, each in document["types"].items() if name.endswith("Args")},
    )


def _shape(document: dict[str, Any]) -> Shape:
    return Shape(_inputs(document["inputs"]), document["outputs"])


def _inputs(document: dict[str, Any]) -> dict[str, Input]:
    return {name: Input(**each) for name, each in document.items()}
