"""The names that a policy may use, and what each of them is in a tenant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from identity.applications import POLICY_TARGETS, load_applications
from identity.conditional_access.terms import Location, Strength, load_locations, load_strengths
from identity.conditional_access.vocabulary import Control
from identity.roles import ROLES, Role
from reference.architecture import Architecture
from reference.directory import Directory
from reference.errors import ArchitectureError
from reference.requirement import requirements

if TYPE_CHECKING:
    import pulumi

EMERGENCY_GROUP = "emergency"
PILOT_GROUP = "pilot"
ADMINISTRATORS = "administrators"
"""Stands for every group that can hold a directory role (`protected` in `directory.yaml`) but the emergency one."""


@dataclass(frozen=True)
class ResolvedNames:
    """What the tenant knows each name as: object ids, template ids of roles, client ids of applications.

    Locations and strengths are the component's own to fill in before a deployment; a reader of a tenant gives all five.
    """

    groups: Mapping[str, pulumi.Input[str]]
    roles: Mapping[str, str]
    applications: Mapping[str, pulumi.Input[str]]
    locations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    strengths: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownNames:
    """The names that a policy may use."""

    directory: Directory
    roles: Mapping[str, Role]
    applications: frozenset[str]
    waves: frozenset[str]
    locations: Mapping[str, Location]
    strengths: Mapping[str, Strength]
    requirements: frozenset[str]

    @classmethod
    def of(
        cls, directory: Directory, roles: Mapping[str, Role], applications: Iterable[str], waves: Iterable[str]
    ) -> KnownNames:
        """The names of a directory, with those that this room declares itself."""
        return cls(
            directory=directory,
            roles=roles,
            applications=frozenset({*POLICY_TARGETS, *applications}),
            waves=frozenset(waves),
            locations=load_locations(),
            strengths=load_strengths(),
            requirements=frozenset(requirements()),
        )

    @classmethod
    def of_architecture(cls, architecture: Architecture) -> KnownNames:
        """The names that a stack's policies may use."""
        applications = (application.key for application in load_applications())
        return cls.of(architecture.directory, ROLES, applications, architecture.waves)

    @property
    def controls(self) -> tuple[str, ...]:
        """What a grant can ask for: the controls, then the strengths."""
        return (*Control, *self.strengths)

    def group_keys(self, reference: str) -> tuple[str, ...]:
        """The groups that a reference stands for.

        Raises:
            ArchitectureError: no such group is declared.
        """
        if reference == ADMINISTRATORS:
            protected = (group for group in self.directory.groups if group.role_assignable)
            return tuple(group.key for group in protected if group.key != EMERGENCY_GROUP)
        return tuple(group.key for group in self.directory.select(reference))

    def role_keys(self, reference: str) -> tuple[str, ...]:
        """The roles that a reference stands for: `all`, those that are `privileged`, or one.

        Raises:
            ArchitectureError: no such role is declared.
        """
        if reference == "all":
            return tuple(self.roles)
        if reference == "privileged":
            return tuple(key for key, role in self.roles.items() if role.privileged)
        return (one_of("directory role", reference, self.roles),)


def one_of(kind: str, name: str, known: Iterable[str]) -> str:
    """`name`, which must be one of `known`.

    Raises:
        ArchitectureError: it isn't; names the closest.
    """
    names = sorted(known)
    if name in names:
        return name
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else "correct the name"
    raise ArchitectureError(f"{kind} '{name}' is not declared; right is one of {', '.join(names)}; {hint}")
