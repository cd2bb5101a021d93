"""One step of arithmetic, shown: what it is, how it comes about, its value and unit."""

from __future__ import annotations

from reference.model import Model


class Line(Model):
    """One step; `formula` is for people."""

    label: str
    formula: str
    value: float
    unit: str


class Section(Model):
    """Steps that belong together."""

    title: str
    lines: tuple[Line, ...]

    def value(self, label: str) -> float:
        """The value of the step with this label; KeyError if there is none."""
        for line in self.lines:
            if line.label == label:
                return line.value
        raise KeyError(label)
