"""Checks what a client sends against the schema: names and types, as Graph's own model does."""

from __future__ import annotations

import base64
import datetime
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from lab.tenant.errors import GraphError
from lab.tenant.schema import Kind, Schema

_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def _date_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _guid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _binary(value: object) -> bool:
    try:
        return isinstance(value, str) and base64.b64decode(value, validate=True) is not None
    except ValueError:
        return False


PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "Any": lambda value: True,  # noqa: ARG005
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Int32": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Guid": _guid,
    "DateTime": _date_time,
    "Duration": lambda value: isinstance(value, str) and _DURATION.fullmatch(value) is not None,
    "Binary": _binary,
}
"""The primitive types of the OData model that Graph uses (OData 4.01, part 3, primitive types)."""


def check_body(schema: Schema, kind: Kind, body: object) -> dict[str, Any]:
    """The body, if it is an object of this kind.

    Raises:
        GraphError: not an object, another type, an unknown property, or a value of the wrong type.
    """
    if not isinstance(body, dict):
        raise GraphError("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is "
                         "of valid JSON format.", "BadRequest")  # fmt: skip
    claimed = body.get("@odata.type")
    if claimed is not None and claimed not in kind.odata_types:
        raise GraphError(f"Invalid type '{claimed}'; here it is {' or '.join(sorted(kind.odata_types))}.")
    for name, value in body.items():
        if name.startswith("@") or (name == "id" and isinstance(value, str)):
            continue
        if name.endswith("@odata.bind"):
            _check_bind(kind, name, value)
        elif name not in kind.properties:
            raise GraphError(f"Invalid property '{name}'.")
        else:
            check_value(schema, kind.properties[name], value, name)
    return body


def check_value(schema: Schema, declared: str, value: object, where: str) -> None:
    """Check one value against its declared type; null is a value of every type.

    Raises:
        GraphError: names where the value stands and what would be right.
    """
    if value is None:
        return
    if declared.startswith("["):
        if not isinstance(value, list):
            raise _invalid(where, "a collection is expected")
        for entry in value:
            if entry is None:
                raise _invalid(where, "a collection without null is expected")
            check_value(schema, declared[1:-1], entry, where)
    elif declared in schema.types:
        _check_complex(schema, schema.types[declared], value, where)
    elif declared in schema.enums:
        if value not in schema.enums[declared]:
            raise _invalid(where, f"'{value}' is none of {', '.join(sorted(schema.enums[declared]))}")
    elif not PRIMITIVES[declared](value):
        raise _invalid(where, f"a value of type {declared} is expected")


def _check_complex(schema: Schema, properties: Mapping[str, str], value: object, where: str) -> None:
    if not isinstance(value, dict):
        raise _invalid(where, "an object is expected")
    for name, entry in value.items():
        if "@odata." in name:
            continue
        if name not in properties:
            raise GraphError(f"Invalid property '{name}' of '{where}'.")
        check_value(schema, properties[name], entry, f"{where}/{name}")


def _check_bind(kind: Kind, name: str, value: object) -> None:
    relation = name.removesuffix("@odata.bind")
    if relation not in kind.relations:
        raise GraphError(f"Invalid property '{relation}'.")
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise _invalid(name, "a collection of references is expected")


def _invalid(where: str, why: str) -> GraphError:
    return GraphError(f"Invalid value specified for property '{where}' of resource: {why}.")
