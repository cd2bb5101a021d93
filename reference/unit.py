"""Units: which services run on each kind of infrastructure host."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import Field

from reference.data import FOLDER, load
from reference.listener import EVERY
from reference.model import Model


class Unit(Model):
    """A systemd unit that runs on hosts of `role` (or on every one) and starts with them."""

    role: str
    unit: str = Field(pattern=r"^[a-z0-9@-]+\.(service|timer)$")
    requirement: str
    reason: str


def load_units(folder: Path = FOLDER) -> tuple[Unit, ...]:
    """The units of `units.yaml`.

    Raises:
        ArchitectureError: it is no such list.
    """
    return load("units.yaml", tuple[Unit, ...], folder)


def units_of(role: str, units: Iterable[Unit]) -> tuple[Unit, ...]:
    """What runs on a host of `role`: what does on every host, and its own."""
    return tuple(unit for unit in units if unit.role in {EVERY, role})
