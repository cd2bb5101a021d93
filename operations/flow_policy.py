"""The flow policy of a stack, ready to be shown and asked: checked, compiled and proved on paper."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from network.policy.checks import check
from network.policy.compiling import compiled
from network.policy.flow import FOLDER, FlowPolicy
from network.policy.grant import Grant
from network.policy.intention import Cell, Ports, intention
from network.policy.path import Paths
from network.policy.proof import prove
from network.policy.ruleset import parse
from operations.errors import UserError
from reference.architecture import Architecture

GIT_SECONDS = 30


@dataclass(frozen=True)
class ProvedPolicy:
    """A policy that holds in an architecture on a day, and its rules by site, which are proved."""

    architecture: Architecture
    policy: FlowPolicy
    today: date
    grants: tuple[Grant, ...]
    rules: Mapping[str, str]

    @classmethod
    def of(cls, architecture: Architecture, today: date) -> ProvedPolicy:
        """The project's policy.

        Raises:
            ArchitectureError: the policy does not hold.
            UserError: its rules are not what it means.
        """
        policy = FlowPolicy.load()
        grants = check(policy, architecture, today)
        rules = compiled(architecture, today, policy)
        findings = prove(architecture, policy, rules)
        if findings:
            raise UserError("\n".join(findings))
        return cls(architecture, policy, today, grants, rules)

    @cached_property
    def cells(self) -> Mapping[Cell, Ports]:
        """What is open from zone to zone through the firewalls."""
        return intention(grant for grant in self.grants if not grant.local)

    @cached_property
    def paths(self) -> Paths:
        """What traces connections through the rules."""
        return Paths(self.architecture, {site: parse(text) for site, text in self.rules.items()})


def policy_at(commit: str) -> FlowPolicy:
    """The policy as it was at a commit.

    Raises:
        UserError: there is no such commit, or it had no policy.
        ArchitectureError: its policy does not hold such values as this one's.
    """
    with tempfile.TemporaryDirectory(prefix="ggvv-policy-") as folder:
        for name in (f"{part}.yaml" for part in FlowPolicy.model_fields):
            (Path(folder) / name).write_text(_shown(commit, f"network/policy/{name}"), encoding="utf-8")
        return FlowPolicy.load(Path(folder))


def _shown(commit: str, path: str) -> str:
    """A file of the project as it was at a commit; a name that begins with a hyphen is a commit's, never an option."""
    arguments = ["git", "-C", str(FOLDER), "show", "--end-of-options", f"{commit}:{path}"]
    try:
        shown = subprocess.run(  # noqa: S603 - a fixed program, no shell
            arguments, capture_output=True, text=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"--against {commit}: git can't be asked ({error}); install git, or leave it out") from error
    if shown.returncode:
        said = " ".join(shown.stderr.split())
        raise UserError(f"--against {commit}: has no {path} ({said}); right is a commit that has the policy; name one")
    return shown.stdout
