"""Derives `schema.json` from the SDK: what each resource and function takes and gives.

The SDK takes 0.6 s to import, too long for a plugin that starts with every engine run; so the result is kept, and a
test holds it equal to the SDK. After the SDK changed: `python -m lab.plugins.azuread.derive`.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Union, get_args, get_origin

import pulumi_azuread
from pulumi import _types

from lab.plugins.azuread.schema import FILE

RESOURCES = (
    "AdministrativeUnit",
    "AdministrativeUnitMember",
    "AdministrativeUnitRoleMember",
    "AppRoleAssignment",
    "Application",
    "ApplicationPassword",
    "AuthenticationStrengthPolicy",
    "ConditionalAccessPolicy",
    "DirectoryRole",
    "DirectoryRoleAssignment",
    "DirectoryRoleEligibilityScheduleRequest",
    "Group",
    "GroupMember",
    "GroupRoleManagementPolicy",
    "NamedLocation",
    "PrivilegedAccessGroupEligibilitySchedule",
    "ServicePrincipal",
    "ServicePrincipalTokenSigningCertificate",
    "User",
)
FUNCTIONS = ("get_client_config", "get_domains", "get_group", "get_service_principal")
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}
Document = dict[str, Any]


class Derivation:
    """One pass over the SDK; nested object types are collected on the way under their class's name."""

    def __init__(self) -> None:
        self._types: Document = {}

    def document(self) -> Document:
        """The whole schema, in a stable order."""
        resources = dict(map(self._resource, RESOURCES))
        functions = dict(map(self._function, FUNCTIONS))
        return {"resources": resources, "functions": functions, "types": dict(sorted(self._types.items()))}

    def _resource(self, name: str) -> tuple[str, Document]:
        resource = getattr(pulumi_azuread, name)
        module = sys.modules[resource.__module__]
        # Named differently where a nested input type has the name already (ApplicationPasswordArgs).
        arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
        outputs = {key: self._name(kind) for key, kind in sorted(_types.resource_types(resource).items())}
        return _token(f"{name[0].lower()}{name[1:]}", name), {"inputs": self._inputs(arguments), "outputs": outputs}

    def _function(self, name: str) -> tuple[str, Document]:
        camel = _camel(name)
        module = importlib.import_module(f"pulumi_azuread.{name}")
        result = getattr(module, f"{camel[0].upper()}{camel[1:]}Result")
        hints = inspect.get_annotations(getattr(module, name), eval_str=True)
        inputs = {
            _camel(key): {"type": self._name(_types.unwrap_optional_type(kind))}
            for key, kind in sorted(hints.items())
            if key not in {"opts", "return"}
        }
        outputs = {key: self._name(kind) for key, kind in sorted(_types.output_type_types(result).items())}
        return _token(camel, camel), {"inputs": inputs, "outputs": outputs}

    def _inputs(self, arguments: type) -> Document:
        names = _types.input_type_py_to_pulumi_names(arguments)
        parameters = inspect.signature(arguments).parameters
        required = {names[key] for key, p in parameters.items() if p.default is inspect.Parameter.empty}
        return {
            key: {"type": self._name(kind)} | ({"required": True} if key in required else {})
            for key, kind in sorted(_types.input_type_types(arguments).items())
        }

    def _name(self, kind: Any) -> str:  # noqa: ANN401 - a type as annotations have it
        """How the schema writes a type: a plain one by name, `[item]`, `{value}`, or the name of an object type."""
        if kind in PLAIN:
            return PLAIN[kind]
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Union:  # pulumi.Input[…]: a value, or one to come
            return self._name(arguments[0])
        if origin is Sequence:
            return f"[{self._name(arguments[0])}]"
        if origin is Mapping:
            return f"{{{self._name(arguments[1])}}}"
        return self._object(kind)

    def _object(self, kind: type) -> str:
        if kind.__name__ not in self._types:
            self._types[kind.__name__] = {}
            is_input = _types.is_input_type(kind)
            outputs = {} if is_input else _types.output_type_types(kind)
            self._types[kind.__name__] = (
                self._inputs(kind) if is_input else {key: self._name(each) for key, each in sorted(outputs.items())}
            )
        return kind.__name__


def _token(module: str, name: str) -> str:
    return f"azuread:index/{module}:{name}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def text() -> str:
    """The file's content."""
    return json.dumps(Derivation().document(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
