"""The requirements on the target architecture, by stable id."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from reference.data import load
from reference.model import Model


class Priority(StrEnum):
    """How much a requirement binds: now, all the while, next, or later."""

    MUST = "must"
    HOLD = "hold"
    SHOULD = "should"
    WAIT = "wait"


class Requirement(Model):
    """One requirement; `evidence` is what counts as proof, where the source asks for any."""

    id: str = Field(pattern=r"^[A-Z]{2,4}-\d$")
    priority: Priority
    text: str
    evidence: str | None = None


def requirements() -> dict[str, Requirement]:
    """All requirements by id."""
    return {requirement.id: requirement for requirement in load("requirements.yaml", tuple[Requirement, ...])}
