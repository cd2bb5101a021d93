"""Checks a resource's inputs before anything is written: known, of the right type, allowed, and complete."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lab.plugins.azuread import paths
from lab.plugins.azuread.identity import UUID, Identity
from lab.plugins.azuread.kind import Failure, Kind
from lab.plugins.azuread.schema import Input, Shape, schema
from lab.plugins.azuread.values import UNKNOWN, Values

PLAIN = {"string": str, "boolean": bool, "integer": int, "number": float}
OBJECT_ID = "object id"
"""A form that is a bare UUID; any other form is a template of `Identity`."""


def failures(kind: Kind, values: Values) -> Iterator[Failure]:
    """Everything that is wrong with these inputs."""
    found = list(_object(values, schema().resources[kind.token].inputs, "", kind.name))
    found += _restricted(kind, values, "")
    yield from found
    if not found and UNKNOWN not in values.values():
        for rule in kind.rules:
            yield from rule(values)


def wrong_arguments(token: str, values: Values) -> Iterator[Failure]:
    """Everything that is wrong with a function's arguments."""
    shape: Shape = schema().functions[token]
    return _object(values, shape.inputs, "", token.rsplit(":", 1)[-1])


def completed(kind: Kind, values: Values) -> Values:
    """The inputs with the defaults of what was left out."""
    filled = dict(values)
    for path, default in kind.defaults.items():
        *parents, name = path.split(".")
        for part in _parts(filled, parents):
            part.setdefault(name, default)
    return filled


def _parts(values: Values, parents: list[str]) -> Iterable[Values]:
    """The objects that a path leads to, copied on the way so that nobody else's are changed."""
    if not parents:
        return [values]
    below = values.get(parents[0])
    if isinstance(below, Mapping):
        values[parents[0]] = dict(below)
        return _parts(values[parents[0]], parents[1:])
    if isinstance(below, list):
        values[parents[0]] = [dict(item) if isinstance(item, Mapping) else item for item in below]
        found = (_parts(item, parents[1:]) for item in values[parents[0]] if isinstance(item, dict))
        return [part for parts in found for part in parts]
    return []


def _object(values: Mapping[str, Any], inputs: Mapping[str, Input], path: str, owner: str) -> Iterator[Failure]:
    for name, value in values.items():
        if name in inputs:
            yield from _value(value, inputs[name].type, paths.joined(path, name))
            continue
        close = difflib.get_close_matches(name, inputs, n=1)
        right = f"did you mean {close[0]!r}?" if close else f"right are {', '.join(sorted(inputs))}"
        yield Failure(paths.joined(path, name), f"{name!r} is no input of {owner}; {right}")
    for name, each in inputs.items():
        if each.required and name not in values:
            yield Failure(paths.joined(path, name), f"{owner} needs {name!r}, {_article(each.type)}; it is missing")


def _value(value: Any, kind: str, path: str) -> Iterator[Failure]:  # noqa: ANN401 - any property value
    if value is UNKNOWN:
        return
    if kind[0] == "[" and isinstance(value, list):
        for position, item in enumerate(value):
            yield from _value(item, kind[1:-1], f"{path}[{position}]")
    elif kind[0] == "{" and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _value(item, kind[1:-1], paths.joined(path, name))
    elif kind in schema().types and isinstance(value, Mapping):
        yield from _object(value, schema().types[kind], path, path)
    elif kind not in PLAIN or not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield Failure(path, f"{path} is {_shown(value)}; right is {_article(kind)}")


def _restricted(kind: Kind, value: Any, path: str) -> Iterator[Failure]:  # noqa: ANN401 - any property value
    """What the types let through and this kind of resource doesn't."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _restricted(kind, item, paths.joined(path, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _restricted(kind, item, f"{path}[{position}]")
    plain = paths.without_indexes(path)
    if plain in kind.unsupported and value:
        yield Failure(path, f"{path} is not in the lab's stand-in; leave it out, or install the official plugin")
    if isinstance(value, str) and plain in kind.allowed and value not in kind.allowed[plain]:
        yield Failure(path, f"{path} is {value!r}; right is one of {', '.join(sorted(kind.allowed[plain]))}")
    if isinstance(value, str) and plain in kind.forms:
        yield from _form(value, kind.forms[plain], path)


def _form(value: str, form: str, path: str) -> Iterator[Failure]:
    if form == OBJECT_ID and not UUID.fullmatch(value):
        yield Failure(path, f"{path} is {value!r}; right is an object id (a UUID), the output objectId")
    elif form != OBJECT_ID and not Identity(form).matches(value):
        yield Failure(path, f"{path} is {value!r}; right is {form}, the output id")


def _article(kind: str) -> str:
    if kind in PLAIN:
        return f"{'an' if kind == 'integer' else 'a'} {kind}"
    return f"a list, each {_article(kind[1:-1])}" if kind[0] == "[" else "an object"


def _shown(value: Any) -> str:  # noqa: ANN401 - any property value
    """What was found, without its content where that may be long or secret."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a string" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
