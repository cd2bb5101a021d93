"""Reads the policies and refuses what doesn't hold, before anything is written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from identity.conditional_access.limits import limits
from identity.conditional_access.lockout import refuse_lockout
from identity.conditional_access.names import EMERGENCY_GROUP, KnownNames, one_of
from identity.conditional_access.policy import Policy, Users, UserScope
from identity.conditional_access.rollout import fully_enforced
from reference.data import read_yaml
from reference.errors import ArchitectureError, explain, refuse

FOLDER = Path(__file__).parent

U = TypeVar("U", bound=Users)
LookUp = Callable[[str], object]
"""Gives what a name stands for, or raises ArchitectureError."""


def load_policies(*, known: KnownNames, folder: Path = FOLDER) -> tuple[Policy, ...]:
    """The policies in `folder`, one YAML file each, sorted by id, with every reference replaced by what it stands for.

    Raises:
        ArchitectureError: a file doesn't hold a policy, a name stands for nothing, the emergency accounts aren't
            excluded, Entra ID wouldn't take a policy, or nobody could sign in any more. One sentence each.
    """
    read = _read(sorted(folder.glob("*.yaml")))
    refuse(_twice(read))
    policies: list[Policy] = []
    sentences: list[str] = []
    for file, policy in read:
        found = [*_findings(file, policy, known), *limits(policy, known)]
        sentences += [f"{file}: {sentence}" for sentence in found]
        if not found:
            policies.append(_expanded(policy, known))
    refuse(sentences)
    refuse_lockout(fully_enforced(policies), known)
    return tuple(sorted(policies, key=lambda each: each.id))


def _read(paths: Iterable[Path]) -> list[tuple[str, Policy]]:
    policies, sentences = [], []
    for path in paths:
        try:
            policies.append((path.name, Policy.model_validate(read_yaml(path))))
        except ValidationError as error:
            sentences.append(str(explain(error, Policy, path.name)))
    refuse(sentences)
    return policies


def _twice(read: Iterable[tuple[str, Policy]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for file, policy in read:
        if policy.id in first:
            yield f"{file}: `id`: {policy.id} is {first[policy.id]}'s too; right is one policy for each; change one"
        first.setdefault(policy.id, file)


def _findings(file: str, policy: Policy, known: KnownNames) -> Iterator[str]:
    """What is wrong with a policy's file and names, one sentence each."""
    right = f"{policy.id}-{'-'.join(policy.name.lower().split())}.yaml"
    if file != right:
        yield f"found id {policy.id} and name '{policy.name}' in this file; right is {right}; rename the file"
    for key, look_up, names in _named(policy, known):
        yield from _unknown(key, look_up, names)
    if policy.users is not None and EMERGENCY_GROUP not in policy.users.exclude.groups:
        yield (
            f"`users.exclude.groups`: '{EMERGENCY_GROUP}' is missing; right is that no policy stops the emergency "
            "accounts (IDM-2); add it"
        )


def _named(policy: Policy, known: KnownNames) -> Iterator[tuple[str, LookUp, tuple[str, ...]]]:
    """Every name that the policy uses: under which key, and what knows such names."""
    yield "owner", known.group_keys, (policy.owner,)
    yield "wave", _among("wave", known.waves), (policy.wave,)
    yield "requirements", _among("requirement", known.requirements), policy.requirements
    yield "grant", _among("control or strength", known.controls), policy.grant.controls if policy.grant else ()
    for side in ("include", "exclude"):
        if policy.users is not None:
            users: Users = getattr(policy.users, side)
            yield f"users.{side}.groups", known.group_keys, users.groups
            yield f"users.{side}.roles", known.role_keys, users.roles
        if policy.applications is not None:
            applications = getattr(policy.applications, side)
            yield f"applications.{side}", _among("application", known.applications), applications
        if policy.conditions.locations is not None:
            locations = getattr(policy.conditions.locations, side)
            yield f"conditions.locations.{side}", _among("location", known.locations), locations


def _among(kind: str, known: Iterable[str]) -> LookUp:
    return lambda name: one_of(kind, name, known)


def _unknown(key: str, look_up: LookUp, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            look_up(name)
        except ArchitectureError as error:
            yield f"`{key}`: {error}"


def _expanded(policy: Policy, known: KnownNames) -> Policy:
    """The policy with each reference to groups and roles replaced by the groups and roles themselves."""
    if policy.users is None:
        return policy
    scope = UserScope(
        include=_users(policy.users.include, known),
        exclude=_users(policy.users.exclude, known),
    )
    return policy.model_copy(update={"users": scope})


def _users(users: U, known: KnownNames) -> U:
    groups = {key for name in users.groups for key in known.group_keys(name)}
    roles = {key for name in users.roles for key in known.role_keys(name)}
    return users.model_copy(update={"groups": tuple(sorted(groups)), "roles": tuple(sorted(roles))})
