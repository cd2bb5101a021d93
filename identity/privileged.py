"""The plan of privileged access (IDM-2): what is activated for hours, with whose approval, and for which roles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import Field

from identity.roles import template_id
from reference.data import load
from reference.directory import Directory
from reference.errors import refuse
from reference.model import Model


class Activation(Model):
    """How membership of some groups is activated; `hours` at most, eligibility itself ends after `eligible_days`."""

    groups: tuple[str, ...] = Field(min_length=1)
    hours: int = Field(ge=1, le=23)
    approvers: str
    eligible_days: Literal[15, 30, 90, 180, 365]
    reason: str


class Eligibility(Model):
    """A directory role that a group's active members can activate in the whole directory."""

    group: str
    role: str
    reason: str


class PrivilegedPlan(Model):
    """What `privileged.yaml` declares; the file says what the keys mean."""

    notify: str = Field(pattern=r"^[a-z0-9-]+$")
    activations: tuple[Activation, ...]
    eligible: tuple[Eligibility, ...]

    def activation_of(self, directory: Directory) -> dict[str, Activation]:
        """How each group's membership is activated, by the group's key."""
        return {
            group.key: each for each in self.activations for name in each.groups for group in directory.select(name)
        }

    def check(self, directory: Directory) -> None:
        """Refuse a plan that gives a right for good, or that could lock everybody out.

        Raises:
            reference.errors.ArchitectureError: a group or role isn't declared, or one of the findings.
        """
        twice = Counter(g.key for each in self.activations for name in each.groups for g in directory.select(name))
        activated = self.activation_of(directory)
        for eligible in self.eligible:
            template_id(eligible.role)
        refuse(f"privileged.yaml: group '{key}' is in two activations; remove one" for key, n in twice.items() if n > 1)
        refuse(
            f"privileged.yaml: group '{group.key}' is eligible for {each.role} and its membership is not activated; "
            "right is one entry in `activations`, or its members hold the role's right for good; add the group there"
            for each in self.eligible
            for group in directory.select(each.group)
            if group.key not in activated
        )
        refuse(
            f"privileged.yaml: group '{group.key}' is eligible for {each.role} and is not `protected`; right is "
            "`protected: true` in reference/directory.yaml, or Entra ID takes no role for it; add it there"
            for each in self.eligible
            for group in directory.select(each.group)
            if not group.role_assignable
        )
        refuse(
            f"privileged.yaml: '{each.approvers}' approves {', '.join(each.groups)} and must itself be activated; "
            "right is a group of standing members, or nobody can begin; name another"
            for each in self.activations
            if directory.group(each.approvers).key in activated
        )


def load_plan(folder: Path = Path(__file__).parent) -> PrivilegedPlan:
    """The plan that `privileged.yaml` declares."""
    return load("privileged.yaml", PrivilegedPlan, folder)
