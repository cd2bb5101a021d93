"""What policies refer to and this room declares itself: named locations and authentication strengths."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from identity.conditional_access.vocabulary import Method
from reference.data import load
from reference.model import Model

_FOLDER = Path(__file__).parents[1]


class Location(Model):
    """A named location; `locations.yaml` says what the keys mean."""

    name: str
    reason: str
    kind: Literal["egress", "countries"]
    countries: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], ...] = ()

    @model_validator(mode="after")
    def _fits_kind(self) -> Location:
        if bool(self.countries) != (self.kind == "countries"):
            raise ValueError("right is `countries` with kind countries and with no other; correct the location")
        return self

    def holds(self, country: str | None, *, trusted: bool) -> bool:
        """Whether a sign-in from there is in this location; `trusted` says that it is from the stack's egress."""
        return trusted if self.kind == "egress" else country in self.countries


class Strength(Model):
    """An authentication strength: any of these methods will do."""

    name: str
    reason: str
    methods: tuple[Method, ...] = Field(min_length=1)


def load_locations(folder: Path = _FOLDER) -> Mapping[str, Location]:
    """The named locations by key.

    Raises:
        reference.errors.ArchitectureError: the file does not hold.
    """
    return load("locations.yaml", dict[str, Location], folder)


def load_strengths(folder: Path = _FOLDER) -> Mapping[str, Strength]:
    """The authentication strengths by key.

    Raises:
        reference.errors.ArchitectureError: the file does not hold.
    """
    return load("strengths.yaml", dict[str, Strength], folder)
