"""The hybrid part of identity (IDM-1): the application by which the shared AD is synchronised to Entra ID."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from reference.data import load
from reference.model import Model

SYNCHRONISATION = "synchronisation"


class Access(Model):
    """What the synchronisation asks of one of Microsoft's own services; permissions by name with their ids."""

    application: UUID
    name: str
    permissions: Mapping[str, UUID]


class HybridPlan(Model):
    """What `hybrid.yaml` declares."""

    synchronisation: tuple[Access, ...]


def load_hybrid(folder: Path = Path(__file__).parent) -> HybridPlan:
    """The plan that `hybrid.yaml` declares."""
    return load("hybrid.yaml", HybridPlan, folder)
