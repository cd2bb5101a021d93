"""Waivers: settings of the baseline that are left out for a time, with a reason and somebody who answers for it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pydantic import Field

from reference.data import load
from reference.errors import refuse
from reference.model import Model


class Waiver(Model):
    """The setting `id` is not applied, on hosts of `roles` (none named: on all), up to and including `until`."""

    id: str
    reason: str = Field(min_length=10)
    owner: str = Field(min_length=1)
    until: datetime.date
    roles: tuple[str, ...] = ()

    def holds_for(self, role: str) -> bool:
        """Whether hosts of `role` are meant."""
        return not self.roles or role in self.roles


def load_waivers(path: Path, settings: Collection[str], today: datetime.date) -> tuple[Waiver, ...]:
    """The waivers in `path`, where `settings` are the ids that there are.

    Raises:
        ArchitectureError: not a list of waivers, one for an unknown setting, or one whose date has passed.
    """
    waivers = load(path.name, tuple[Waiver, ...], path.parent)
    refuse(_findings(waivers, settings, today, path.name))
    return waivers


def _findings(waivers: Sequence[Waiver], settings: Collection[str], today: datetime.date, source: str) -> Iterable[str]:
    for waiver in waivers:
        if waiver.id not in settings:
            yield f"{source}: '{waiver.id}' is no setting of the baseline; correct the id or remove the waiver"
        if waiver.until < today:
            yield (
                f"{source}: the waiver of {waiver.id} ended on {waiver.until}; "
                f"apply the setting, or have {waiver.owner} give a new date and reason"
            )
