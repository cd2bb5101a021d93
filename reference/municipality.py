"""The municipalities and their figures; where the source contradicts itself, the difference is shown."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from pydantic import Field, model_validator

from reference.model import Model


class Figures(Model):
    """Counts from the source: of one municipality, or the totals of its summary."""

    servers: int = Field(ge=0)
    pcs: int = Field(ge=0)
    network_devices: int = Field(ge=0)
    it_staff: int = Field(ge=0)
    employees: int = Field(ge=0)


class Municipality(Model):
    """A municipality; `number` is its place in the address plan, given once and never used again."""

    id: str = Field(pattern=r"^[a-z]{2,20}$")
    code: str = Field(pattern=r"^[a-z]{3}$")
    number: int = Field(ge=1, le=15)
    name: str
    figures: Figures


class Difference(Model):
    """A figure whose blocks don't add up to the summary's total."""

    figure: str
    blocks: int
    total: int

    @property
    def text(self) -> str:
        """The difference in words."""
        return f"{self.figure}: the blocks add up to {self.blocks}, the summary says {self.total}"


class Municipalities(Model):
    """All municipalities, the summary's totals, and how the source's blocks were mapped."""

    mapping: Literal["assumed"]
    municipalities: tuple[Municipality, ...]
    totals: Figures

    @model_validator(mode="after")
    def _each_once(self) -> Municipalities:
        for key in ("id", "code", "number"):
            for value, count in Counter(getattr(m, key) for m in self.municipalities).items():
                if count > 1:
                    raise ValueError(f"{key} {value} is in two places; right is one for each; change one of them")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all municipalities."""
        return tuple(m.id for m in self.municipalities)

    def chosen(self, ids: tuple[str, ...] | None) -> tuple[Municipality, ...]:
        """Those that take part: the named ones in the file's order, or all."""
        return tuple(m for m in self.municipalities if ids is None or m.id in ids)

    def differences(self) -> tuple[Difference, ...]:
        """Every figure whose blocks don't add up to the total."""
        found = []
        for figure in Figures.model_fields:
            blocks = sum(getattr(m.figures, figure) for m in self.municipalities)
            total = getattr(self.totals, figure)
            if blocks != total:
                found.append(Difference(figure=figure, blocks=blocks, total=total))
        return tuple(found)
