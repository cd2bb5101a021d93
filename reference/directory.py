"""The directory's groups (IDM-1): which there are, what each is called, and who belongs to it by rule."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from reference.data import FOLDER, load
from reference.errors import ArchitectureError
from reference.membership import Condition, Subject
from reference.model import Model
from reference.municipality import Municipality


class GroupKind(Model):
    """One line of `directory.yaml`; the file says what the keys mean."""

    concept: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    scope: Literal["municipality", "shared"]
    purpose: str
    subject: Subject = Subject.USERS
    rule: Condition | None = None
    protected: bool = False
    expected: Literal["employees", "pcs"] | None = None


class Group(Model):
    """A group; `key` is how policies and roles refer to it, `rule` is None where members are assigned."""

    key: str
    concept: str
    name: str
    description: str
    subject: Subject
    rule: str | None
    role_assignable: bool
    municipality: str | None
    expected: int | None


class Directory(Model):
    """All groups of a platform; a group's key and name depend on nothing but its concept and its municipality."""

    platform: str
    groups: tuple[Group, ...]

    @classmethod
    def build(
        cls, platform: str, municipalities: Iterable[Municipality], kinds: Iterable[GroupKind] | None = None
    ) -> Directory:
        """The groups of these municipalities, and the shared ones; `kinds` replaces the data file (for tests).

        Raises:
            ArchitectureError: the data file does not hold.
        """
        taking_part = tuple(municipalities)
        groups: list[Group] = []
        for kind in group_kinds() if kinds is None else kinds:
            owners = taking_part if kind.scope == "municipality" else (None,)
            groups += [_group(kind, platform, owner) for owner in owners]
        return cls(platform=platform, groups=tuple(groups))

    def select(self, reference: str) -> tuple[Group, ...]:
        """The groups that `reference` stands for: a concept (each municipality's group), or one group's key.

        Raises:
            ArchitectureError: there is no such group; names the closest.
        """
        found = self._by_reference.get(reference)
        if found is None:
            known = sorted(self._by_reference)
            close = difflib.get_close_matches(reference, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "correct the reference"
            raise ArchitectureError(f"group '{reference}' is not declared; right is one of {', '.join(known)}; {hint}")
        return found

    def group(self, key: str) -> Group:
        """The one group with this key.

        Raises:
            ArchitectureError: no group has it, or it stands for each municipality's.
        """
        found = self.select(key)
        if found[0].key != key:
            raise ArchitectureError(
                f"group '{key}' is one for each municipality; right is one of them, such as {found[0].key}; name it"
            )
        return found[0]

    def of_municipality(self, id_: str) -> tuple[Group, ...]:
        """A municipality's own groups."""
        return tuple(group for group in self.groups if group.municipality == id_)

    @cached_property
    def _by_reference(self) -> dict[str, tuple[Group, ...]]:
        found: dict[str, tuple[Group, ...]] = {}
        for group in self.groups:
            for reference in {group.key, group.concept}:
                found[reference] = (*found.get(reference, ()), group)
        return found


def group_kinds(folder: Path = FOLDER) -> tuple[GroupKind, ...]:
    """The kinds of groups that `directory.yaml` declares."""
    return load("directory.yaml", tuple[GroupKind, ...], folder)


def _group(kind: GroupKind, platform: str, owner: Municipality | None) -> Group:
    rule = kind.rule
    if rule is not None and owner is not None:
        rule = rule.model_copy(update={"municipality": owner.code})
    figures = owner.figures.model_dump() if owner is not None else {}
    return Group(
        key=f"{kind.concept}/{owner.id}" if owner else kind.concept,
        concept=kind.concept,
        name="-".join(part for part in (platform, owner.code if owner else None, kind.concept) if part),
        description=f"{owner.name if owner else 'Shared'}: {kind.purpose} (IDM-1)",
        subject=kind.subject,
        rule=rule.rule(kind.subject) if rule is not None else None,
        role_assignable=kind.protected,
        municipality=owner.id if owner else None,
        expected=figures.get(kind.expected) if kind.expected else None,
    )
