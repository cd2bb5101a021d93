"""Mistakes of a user's, told in plain sentences: the key, what was found, what is right, what to do."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

PLAIN_RIGHT = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "string": "a text",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping of keys to values",
    "model": "a mapping of keys to values",
    "ip_v4_network": "an IPv4 prefix such as 10.64.0.0/10",
    "ip_v6_network": "an IPv6 prefix such as fd00:1:2::/48",
    "path": "a path",
}
"""What is right, by the first part of pydantic's error types."""


class ArchitectureError(Exception):
    """The architecture, or what a user wrote about it, does not hold; the text is meant for that user."""


def refuse(findings: Iterable[str]) -> None:
    """Raise all findings as one error, one sentence a line; do nothing if there are none.

    Raises:
        ArchitectureError: there is at least one finding.
    """
    found = list(findings)
    if found:
        raise ArchitectureError("\n".join(found))


def explain(
    error: ValidationError,
    model: Any,  # noqa: ANN401 - any type that pydantic can check
    source: str,
    prefix: str = "",
    also: Iterable[str] = (),
) -> ArchitectureError:
    """Turn pydantic's findings about a value of type `model`, read from `source`, into plain sentences.

    `prefix` goes before each key (`ggvv:` in stack files). The value of an unknown key is never shown: it
    may be a secret under a misspelt name. `also` are top-level keys that others know, to guess what was meant.
    """
    sentences = []
    for finding in error.errors():
        key = prefix + ".".join(str(part) for part in finding["loc"] if part != "[key]")
        where = f"{source}: `{key}`" if key != prefix else source
        sentences.append(f"{where}: {_sentence(finding, model, also)}")
    return ArchitectureError("\n".join(sentences))


def _sentence(finding: Mapping[str, Any], model: Any, also: Iterable[str]) -> str:  # noqa: ANN401
    kind, context = finding["type"], finding.get("ctx", {})
    if kind == "extra_forbidden":
        *place, key = finding["loc"]
        known = list(_fields(model, place))
        meant = difflib.get_close_matches(str(key), known if place else [*known, *also], n=1)
        hint = f"; did you mean {meant[0]}?" if meant else "; correct or remove it"
        return f"this key is unknown; right is one of {', '.join(known)}{hint}"
    if kind == "missing":
        return "is missing; add it"
    if kind == "value_error":
        return str(context["error"])
    found = _shown(finding["input"])
    if kind in {"enum", "literal_error"}:
        one_of = context["expected"].replace("'", "").replace(" or ", ", ")
        return f"found {found}; right is one of {one_of}; correct the value"
    return f"found {found}; right is {_right(finding, model)}; correct the value"


def _right(finding: Mapping[str, Any], model: Any) -> str:  # noqa: ANN401
    message = str(finding["msg"])
    limit = message.removeprefix("Input should be ")
    if finding["type"].startswith(("greater_than", "less_than")):
        return f"a number {limit}"
    if finding["type"] == "string_pattern_mismatch":
        *place, key = finding["loc"]
        return _fields(model, place)[str(key)].description or f"a text of the form {finding['ctx']['pattern']}"
    for start, text in PLAIN_RIGHT.items():
        if finding["type"].startswith(start):
            return text
    return limit[:1].lower() + limit[1:]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - one line of a terminal


def _fields(model: Any, location: Iterable[int | str]) -> dict[str, FieldInfo]:  # noqa: ANN401
    """The fields that `model` has at `location`, by key."""
    for part in location:
        model = _plain(model)
        if isinstance(model, type) and issubclass(model, BaseModel) and str(part) in model.model_fields:
            model = model.model_fields[str(part)].annotation
        elif get_args(model):
            model = get_args(model)[-1] if get_origin(model) is dict else get_args(model)[0]
    model = _plain(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return model.model_fields
    return {}


def _plain(model: Any) -> Any:  # noqa: ANN401
    """An optional type without its None."""
    if get_origin(model) in {Union, types.UnionType}:
        return next(argument for argument in get_args(model) if argument is not type(None))
    return model
