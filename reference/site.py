"""The three sites: two active zones and the witness (SITE-1, SITE-2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reference.model import Model


class SiteRole(StrEnum):
    """What a site is for."""

    ACTIVE = "active"
    WITNESS = "witness"


class Facility(Model):
    """One facility of a room: declared by people, never judged by machines."""

    declared: bool
    assessed: Literal["not assessed"] = "not assessed"
    note: str


class Facilities(Model):
    """The facility list of a site."""

    fire: Facility
    cooling: Facility
    ups: Facility
    diesel: Facility


class Site(Model):
    """A site; `number` is its place in the address plan, given once and never used again."""

    id: str = Field(pattern=r"^dc[1-3]$")
    number: int = Field(ge=1, le=14)
    name: str
    role: SiteRole
    place: str
    facilities: Facilities

    @property
    def hosts_workloads(self) -> bool:
        """Whether production workload may run here (SITE-1: yes in the active zones; SITE-2: never in DC3)."""
        return self.role is SiteRole.ACTIVE
