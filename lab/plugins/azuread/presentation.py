"""How what the tenant holds is shown to the engine: complete, in the order of before, and as inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.plugins.azuread.differences import differences
from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.schema import schema
from lab.plugins.azuread.values import Values, is_empty

EMPTY: Mapping[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0}


def complete(token: str, values: Values) -> Values:
    """The values with the empty value of every output that the tenant has none for; objects stay out."""
    empty = {name: _empty(kind) for name, kind in schema().resources[token].outputs.items()}
    found = {name: value for name, value in values.items() if value is not None}
    return {name: value for name, value in empty.items() if value is not None} | found


def _empty(kind: str) -> Any:  # noqa: ANN401 - any property value
    return [] if kind[0] == "[" else {} if kind[0] == "{" else EMPTY.get(kind)


def aligned(value: Any, prior: Any) -> Any:  # noqa: ANN401 - any property value
    """The value with its lists in the order of before: to Graph they are sets, to the state they are not."""
    if isinstance(value, Mapping) and isinstance(prior, Mapping):
        return {name: aligned(item, prior.get(name)) for name, item in value.items()}
    if not isinstance(value, list) or not isinstance(prior, list):
        return value
    rest, ordered = list(value), []
    for before in prior:
        same = next((item for item in rest if not any(differences(item, before, frozenset()))), None)
        if same is not None:
            rest.remove(same)
            ordered.append(aligned(same, before))
    return ordered + rest


def as_inputs(kind: Kind, outputs: Values, before: Values) -> Values:
    """The inputs that would give these outputs: those given before, or for an import all that say something."""
    if not before:
        names = schema().resources[kind.token].inputs
        told = {name: outputs[name] for name in names if name in outputs and name not in kind.computed}
        return {name: value for name, value in told.items() if not is_empty(value)}
    return {name: _like(outputs.get(name), value) for name, value in before.items()}


def _like(value: Any, before: Any) -> Any:  # noqa: ANN401 - any property value
    """The part of a value that was declared before; exactly the declaration where nothing differs."""
    if not any(differences(value, before, frozenset())):
        return before
    if isinstance(value, Mapping) and isinstance(before, Mapping):
        return {name: _like(value.get(name), item) for name, item in before.items()}
    return value
