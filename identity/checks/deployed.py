"""What was read of a tenant: raw JSON of Microsoft Graph, part by part, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field

from reference.data import load
from reference.model import Model

Json = Mapping[str, Any]


class Read(Model):
    """One line of `reads.yaml`; the file says what the keys mean."""

    part: str
    path: str = Field(pattern=r"^/(v1\.0|beta)/")
    permission: str
    single: bool = False
    of: str | None = None
    where: str | None = None
    starts: Mapping[str, str] = Field(default_factory=dict)

    def chosen(self, objects: Sequence[Json], platform: str) -> Iterator[tuple[str, str]]:
        """The key and the path of each read that the objects of part `of` ask for."""
        for each in objects:
            begins = all(str(each.get(k) or "").startswith(v.format(platform=platform)) for k, v in self.starts.items())
            if begins and (self.where is None or each.get(self.where)):
                yield key(self.part, each["id"]), self.path.format(platform=platform, id=each["id"])


def load_reads(folder: Path = Path(__file__).parent) -> tuple[Read, ...]:
    """Everything that the checks read of a tenant, for who reads it and for the documentation."""
    return load("reads.yaml", tuple[Read, ...], folder)


def key(part: str, id_: str) -> str:
    """Where the read of one object's part is kept."""
    return f"{part}/{id_}"


class NotAssessed(Exception):
    """A check can't be answered; the text says why."""


@dataclass(frozen=True)
class Unread:
    """A part that could not be read, and why."""

    reason: str


@dataclass(frozen=True)
class Deployed:
    """A tenant as it was found; a check that asks for an unread part is not assessed, and so never passes.

    Attributes:
        parts: the objects of each part of `reads.yaml`, or why they could not be read.
        answers: what each path answered that a manual step is read back with; None where there is nothing.
    """

    parts: Mapping[str, Sequence[Json] | Unread]
    answers: Mapping[str, Json | Unread | None] = field(default_factory=dict)

    def all(self, part: str) -> Sequence[Json]:
        """The objects of a part.

        Raises:
            NotAssessed: it could not be read.
        """
        found = self.parts.get(part, Unread("nobody read it"))
        if isinstance(found, Unread):
            raise NotAssessed(f"{part}: {found.reason}")
        return found

    def of(self, part: str, id_: str) -> Sequence[Json]:
        """The objects of the part that was read for one object.

        Raises:
            NotAssessed: it could not be read.
        """
        return self.all(key(part, id_))

    def named(self, part: str) -> Mapping[str, Json]:
        """The objects of a part by display name; of several with one name the first.

        Raises:
            NotAssessed: it could not be read.
        """
        return {str(each.get("displayName")): each for each in reversed(self.all(part))}

    def answer(self, path: str) -> Json | None:
        """What a path of a manual step answered; None where there is nothing.

        Raises:
            NotAssessed: it could not be read.
        """
        found = self.answers.get(path, Unread("nobody read it"))
        if isinstance(found, Unread):
            raise NotAssessed(found.reason)
        return found
