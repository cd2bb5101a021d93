"""The backup plan: classes of what is kept, how often, how long, where, and who may bring it back (BAK-1 to BAK-3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field

from reference.data import FOLDER, load
from reference.host import HostRole
from reference.model import Model
from reference.server import Criticality, Tier


class Cadence(StrEnum):
    """How often a copy is taken."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"

    @property
    def hours(self) -> int:
        """Hours from one copy to the next, at most."""
        return {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 31 * 24, "yearly": 366 * 24}[self]


Keeping = Mapping[Cadence, int]
"""How many copies of each cadence are kept."""


def days_kept(keeping: Keeping) -> dict[Cadence, int]:
    """How old the oldest copy of each cadence gets, days."""
    return {cadence: math.ceil(count * cadence.hours / 24) for cadence, count in keeping.items()}


def shown(keeping: Keeping) -> str:
    """It as people say it."""
    return ", ".join(f"{count} {cadence}" for cadence, count in keeping.items()) or "nothing"


class Store(Model):
    """A place that copies are kept in; `at` is a site, or the zone that the original is in."""

    name: Literal["local", "vault"]
    medium: Literal["file-system", "object-lock"]
    at: str
    immutable: bool = False
    reason: str


class LeftOut(Model):
    """A role that is in no class, and why."""

    role: HostRole
    reason: str = Field(min_length=10)


class ServerCover(Model):
    """The municipalities' servers that a class covers; of all municipalities where none is named."""

    tiers: tuple[Tier, ...] = Field(min_length=1)
    criticalities: tuple[Criticality, ...] = Field(min_length=1)
    municipalities: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """It as people say it."""
        of = ", ".join(self.municipalities) or "all municipalities"
        return f"servers of {of}: {', '.join(self.tiers)} ({', '.join(self.criticalities)})"

    def covers(self, municipality: str, tier: Tier, criticality: Criticality) -> bool:
        """Whether such servers are meant."""
        of_all = not self.municipalities or municipality in self.municipalities
        return of_all and tier in self.tiers and criticality in self.criticalities


class BackupClass(Model):
    """What is backed up in one way.

    At most `rpo_hours` of work are lost and `rto_hours` pass until it is back. Copies in the vault can't be deleted
    before `lock_days` have passed, and no copy is older than `longest_days` (GDPR, article 5.1 e: storage limitation).
    `restored_by` are groups of the directory; `key_of` says whose key copies are encrypted with. `dump` first writes to
    a folder of `paths` what can't be copied as files while it runs.
    """

    id: str = Field(pattern=r"^BAK(-[A-Z]+)+$", description="BAK- and words in capitals, like BAK-DATABASES")
    servers: ServerCover | None = None
    hosts: tuple[HostRole, ...] = ()
    paths: tuple[str, ...] = Field(min_length=1)
    dump: Literal["postgresql", "samba"] | None = None
    rpo_hours: int = Field(ge=1)
    rto_hours: int = Field(ge=1)
    local: dict[Cadence, int] = Field(default_factory=dict)
    vault: dict[Cadence, int] = Field(default_factory=dict)
    lock_days: int = Field(ge=0)
    longest_days: int = Field(ge=1)
    key_of: Literal["municipality", "environment"]
    restored_by: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=10)

    @property
    def often(self) -> Cadence:
        """How often a copy is taken: its most frequent cadence."""
        return min(self.local, key=lambda cadence: cadence.hours)

    @property
    def covered(self) -> str:
        """What it covers, as people say it."""
        parts = (self.servers.said if self.servers else "", ", ".join(self.hosts))
        return "; ".join(part for part in parts if part)

    def keeping(self, store: str) -> Keeping:
        """What a store keeps of it."""
        return self.vault if store == "vault" else self.local

    def covers(self, municipality: str, tier: Tier, criticality: Criticality) -> bool:
        """Whether it covers such servers."""
        return self.servers is not None and self.servers.covers(municipality, tier, criticality)


class BackupPlan(Model):
    """The file `backup.yaml`; `restore_test_days` is how old the last restore test of a class may be."""

    least_lock_days: int = Field(ge=1)
    restore_test_days: int = Field(ge=1)
    stores: tuple[Store, ...]
    left_out: tuple[LeftOut, ...] = ()
    classes: tuple[BackupClass, ...]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> BackupPlan:
        """Read `backup.yaml`; what it says together is checked by `backup_checks`.

        Raises:
            ArchitectureError: the file does not hold such a plan.
        """
        return load("backup.yaml", cls, folder)

    def class_of_role(self, role: str) -> str | None:
        """The class of infrastructure hosts of `role`; None where it is left out."""
        return next((each.id for each in self.classes if role in each.hosts), None)

    def class_of_server(self, municipality: str, tier: Tier, criticality: Criticality) -> str:
        """The class of such servers; a checked plan has exactly one."""
        return next(each.id for each in self.classes if each.covers(municipality, tier, criticality))
