"""Property values: plain Python inside this plugin, the engine's wire form outside (pulumi `provider.proto`).

Secrets are a matter of the wire: inside, a resource's values are plain, and beside them stands which of its
properties hold a secret. A value that a preview can't know yet is `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf import struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime import rpc

Values = dict[str, Any]
"""A resource's properties by their names in the SDK's wire form (camelCase)."""

SIGNATURE: Final = rpc._special_sig_key  # noqa: SLF001 - the SDK has the wire's constants under no public name
SECRET: Final = rpc._special_secret_sig  # noqa: SLF001


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        """Name it as previews do."""
        return "<known after the deploy>"


UNKNOWN: Final = Unknown()
"""A value that is known only after another resource was made."""


@dataclass(frozen=True)
class Properties:
    """Plain values, and the names of those that are, or contain, a secret."""

    values: Values = field(repr=False)
    secrets: frozenset[str] = frozenset()


def decode(struct: struct_pb2.Struct) -> Properties:
    """Read a message's properties; nulls are left out, whole numbers become `int`."""
    values, secrets = {}, set()
    for name, value in struct.fields.items():
        plain, secret = _decode(value)
        if plain is not None and not name.startswith("__"):
            values[name] = plain
        if secret:
            secrets.add(name)
    return Properties(values, frozenset(secrets))


def encode(values: Mapping[str, Any], secrets: frozenset[str] = frozenset()) -> struct_pb2.Struct:
    """Write properties for a message; those named in `secrets` are marked as secret."""
    struct = struct_pb2.Struct()
    for name, value in values.items():
        if value is not None:
            plain = _encode(value)
            struct.update({name: {SIGNATURE: SECRET, "value": plain} if name in secrets else plain})
    return struct


def has_unknown(value: Any) -> bool:  # noqa: ANN401 - any property value
    """Whether a part of it is not known yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def is_empty(value: Any) -> bool:  # noqa: ANN401 - any property value
    """Whether it says no more than leaving it out: the provider doesn't tell "", 0, false and null apart."""
    if isinstance(value, Mapping):
        return all(is_empty(item) for item in value.values())
    return value is not UNKNOWN and not value


def _decode(value: struct_pb2.Value) -> tuple[Any, bool]:
    match value.WhichOneof("kind"):
        case "struct_value":
            return _decode_struct(value.struct_value)
        case "list_value":
            items = [_decode(item) for item in value.list_value.values]
            return [item for item, _ in items], any(secret for _, secret in items)
        case "string_value":
            return (UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value), False
        case "number_value":
            number = value.number_value
            return (int(number) if number.is_integer() else number), False
        case "bool_value":
            return value.bool_value, False
    return None, False


def _decode_struct(struct: struct_pb2.Struct) -> tuple[Any, bool]:
    if SIGNATURE in struct.fields:
        if struct.fields[SIGNATURE].string_value != SECRET:
            raise ValueError("found an asset or a reference among the properties; right are plain values")
        return _decode(struct.fields["value"])[0], True
    inner = decode(struct)
    return inner.values, bool(inner.secrets)


def _encode(value: Any) -> Any:  # noqa: ANN401 - any property value
    if isinstance(value, Mapping):
        return {name: _encode(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    return rpc.UNKNOWN if value is UNKNOWN else value
