"""What is done by hand because the provider can't declare it, and whether it was: a question to Graph for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from identity.emergency import ACCOUNTS, user_principal_name
from identity.plan import IdentityPlan
from identity.roles import template_id
from identity.units import people_rule, scoped_roles, unit_name
from reference.data import load
from reference.model import Model


class Expectation(Model):
    """What must stand `at` a place of the answer: exactly one of the three."""

    at: tuple[str | int | dict[str, str], ...]
    equals: str | bool | None = None
    contains: str | None = None
    at_least: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_kind(self) -> Expectation:
        said = [key for key in ("equals", "contains", "at_least") if getattr(self, key) is not None]
        if len(said) != 1:
            raise ValueError(f"found {', '.join(said) or 'nothing'}; right is one of equals, contains, at_least")
        return self

    def finding(self, answer: Mapping[str, Any]) -> str | None:
        """What is wrong with Graph's answer, in one sentence; None when it is as expected."""
        found, place = _at(answer, self.at), ".".join(str(part) for part in self.at)
        if self.equals is not None:
            return None if found == self.equals else f"{place} is {found!r}; right is {self.equals!r}"
        several = found if isinstance(found, list) else []
        if self.contains is not None:
            return (
                None if self.contains in several else f"{place} is {found!r}; right is one with {self.contains!r} in it"
            )
        enough = len(several) >= (self.at_least or 0)
        return None if enough else f"{place} has {len(several)}; right is at least {self.at_least}"


class ReadBack(Model):
    """A GET of Microsoft Graph, and what must be true of its answer."""

    path: str = Field(pattern=r"^/(v1\.0|beta)/")
    expect: tuple[Expectation, ...] = Field(min_length=1)

    def findings(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        """What is wrong with the answer; empty when the step is done."""
        return tuple(found for each in self.expect if (found := each.finding(answer)) is not None)


class ManualStep(Model):
    """One line of `manual_steps.yaml`; the file says what the keys mean."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    what: str
    why: str
    how: tuple[str, ...] = Field(min_length=1)
    requirement: str
    each: Literal["municipality", "emergency-account", "eligible-role"] | None = None
    read_back: ReadBack | None = None
    unread: str | None = None

    @model_validator(mode="after")
    def _read_or_not(self) -> ManualStep:
        if (self.read_back is None) == (self.unread is None):
            raise ValueError(f"step '{self.id}': right is one of read_back and unread; add or remove one")
        return self


def load_steps(folder: Path = Path(__file__).parent) -> tuple[ManualStep, ...]:
    """The steps that `manual_steps.yaml` declares, with their `{…}` not filled in."""
    return load("manual_steps.yaml", tuple[ManualStep, ...], folder)


def steps_for(plan: IdentityPlan) -> tuple[tuple[str, ManualStep], ...]:
    """Every step of a stack with its subject (empty where there is one only), all names filled in."""
    return tuple((subject, _filled(step, names)) for step in load_steps() for subject, names in _each(step, plan))


def _each(step: ManualStep, plan: IdentityPlan) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The subjects of a step, each with the names that its text may use."""
    platform, choices = plan.platform, plan.choices
    common = {"platform": platform}
    if step.each is None:
        yield "", common
    elif step.each == "municipality":
        for m in plan.municipalities:
            own = {"domain": choices.domain_of(m.id), "unit": unit_name(platform, m), "people_rule": people_rule(m)}
            yield m.id, common | own
    elif step.each == "emergency-account":
        for account in ACCOUNTS:
            yield account, common | {"user": user_principal_name(platform, account, choices.domain)}
    else:
        for role in sorted({*(e.role for e in plan.privileged.eligible), *(s.role for s in scoped_roles())}):
            yield role, common | {"role": role, "role_id": template_id(role)}


def _filled(step: ManualStep, names: Mapping[str, str]) -> ManualStep:
    return ManualStep.model_validate(_fill(step.model_dump(), names))


def _fill(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any value of a model
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, dict):
        return {key: _fill(each, names) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_fill(each, names) for each in value]
    return value


def _at(answer: Any, place: Sequence[str | int | dict[str, str]]) -> Any:  # noqa: ANN401 - any JSON
    """The value at a place of a JSON document; None where there is nothing."""
    for part in place:
        if isinstance(part, dict):
            rows = answer if isinstance(answer, list) else []
            answer = next((row for row in rows if part.items() <= row.items()), None)
        elif isinstance(part, int):
            answer = answer[part] if isinstance(answer, list) and part < len(answer) else None
        else:
            answer = answer.get(part) if isinstance(answer, dict) else None
    return answer
