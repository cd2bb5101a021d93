"""What the plugin takes and gives is what the SDK has, for each type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version

import pulumi_azuread
import pytest
from pulumi import _types

from lab.plugins.azuread import VERSION, derive, paths
from lab.plugins.azuread.functions import FUNCTIONS
from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.kinds import KINDS
from lab.plugins.azuread.schema import FILE, schema


@pytest.fixture(scope="module")
def derived() -> dict[str, dict[str, object]]:
    """The schema as the installed SDK has it."""
    document: dict[str, dict[str, object]] = json.loads(derive.text())
    return document


@pytest.mark.parametrize("token", sorted(KINDS))
def test_type_is_as_in_the_sdk(token: str, derived: dict[str, dict[str, object]]) -> None:
    """Inputs, outputs, types and what is required."""
    kept = json.loads(FILE.read_text())
    assert kept["resources"][token] == derived["resources"][token]


def test_nested_types_and_functions_are_as_in_the_sdk() -> None:
    """The file as a whole is what `python -m lab.plugins.azuread.derive` writes."""
    assert FILE.read_text() == derive.text(), "the SDK changed; run python -m lab.plugins.azuread.derive"


def test_every_type_and_function_has_its_description() -> None:
    """No type of the schema is without a kind, and none the other way round."""
    assert set(KINDS) == set(schema().resources)
    assert set(FUNCTIONS) == set(schema().functions)


def test_version_is_that_of_the_sdk() -> None:
    """The engine looks for a plugin of the SDK's version."""
    assert version("pulumi-azuread") == VERSION


def properties(inputs: object, path: str = "") -> Iterator[str]:
    """All paths that inputs can have, without indexes."""
    assert isinstance(inputs, dict)
    for name, each in inputs.items():
        here = paths.joined(path, name)
        yield here
        nested = schema().types.get(each.type.strip("[]"))
        if nested is not None:
            yield from properties(nested, here)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_description_names_only_what_the_sdk_has(kind: Kind) -> None:
    """A mistyped property in a description would never be found otherwise."""
    shape = schema().resources[kind.token]
    known = {*properties(shape.inputs)}
    named = {*kind.computed, *kind.defaults, *kind.allowed, *kind.forms, *kind.unsupported}
    assert named <= known
    assert {each.removesuffix(".*") for each in kind.replaced_by} <= known
    assert kind.secrets <= set(shape.outputs)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_replaced_by_what_the_sdk_says_forces_a_new_one(kind: Kind) -> None:
    """Every property of which the SDK's documentation says so makes a new resource here too."""
    resource = getattr(pulumi_azuread, kind.name)
    said = {
        pulumi_name
        for name, pulumi_name in _types.resource_py_to_pulumi_names(resource).items()
        if "forces a new resource" in " ".join((getattr(resource, name).fget.__doc__ or "").split())
        and "when switching" not in (getattr(resource, name).fget.__doc__ or "")
        and pulumi_name in schema().resources[kind.token].inputs
    }
    missing = said - {each.removesuffix(".*") for each in kind.replaced_by} - kind.unsupported
    assert not missing
