"""Policies with one thing changed: an element dropped, a switch turned, a number moved by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from identity.conditional_access import EffectivePolicy
from identity.conditional_access.names import EMERGENCY_GROUP

TURNED = {"include": "exclude", "exclude": "include", "any": "all", "all": "any", "equals": "not-equals"}
TURNED |= {"not-equals": "equals", "never": "always", "mfa": "password-change"}
Change = tuple[str, EffectivePolicy]


def mutants(policy: EffectivePolicy) -> Iterator[Change]:
    """Every policy that differs in one thing and still is a policy, with what was done.

    The emergency accounts' exclusion stays: a policy without it is refused when it is loaded.
    """
    said = policy.model_dump(mode="json")
    for what, changed in _changed(said, ""):
        if changed == said or what == f"users.exclude.groups without {EMERGENCY_GROUP}":
            continue
        try:
            yield what, EffectivePolicy.model_validate(changed)
        except ValidationError:
            continue  # Entra ID would not take it either


def _changed(value: Any, place: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for key, each in value.items():
            if key in {"id", "state"}:
                continue
            inner = f"{place}.{key}" if place else key
            yield from ((what, {**value, key: changed}) for what, changed in _changed(each, inner))
            if each is not None and key not in {"include", "exclude"}:
                yield f"no {inner}", {**value, key: None}
        if {"all_of", "any_of"} <= set(value):
            yield f"{place} turned", {"all_of": value["any_of"], "any_of": value["all_of"]}
    elif isinstance(value, list):
        for index, each in enumerate(value):
            rest = [*value[:index], *value[index + 1 :]]
            yield f"{place} without {each}", rest
            yield from ((what, [*rest, changed]) for what, changed in _changed(each, f"{place}.{index}"))
    elif isinstance(value, bool):
        yield f"{place} turned", not value
    elif isinstance(value, int):
        yield f"{place} one more", value + 1
    elif value in TURNED:
        yield f"{place} turned", TURNED[value]
