"""The alerts that identity asks of the log platform (SEC-2), as data: the platform's rules are made from it by hand."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from reference.data import load
from reference.model import Model


class Alert(Model):
    """One line of `alerts.yaml`: `tell` are groups, `within_minutes` is from the event to the message."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    what: str
    condition: str
    within_minutes: int = Field(ge=1)
    tell: tuple[str, ...] = Field(min_length=1)
    requirement: str


def load_alerts(folder: Path = Path(__file__).parent) -> tuple[Alert, ...]:
    """The alerts that `alerts.yaml` declares."""
    return load("alerts.yaml", tuple[Alert, ...], folder)
