"""Ids that a snapshot's things have: the same in every run."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import NAMESPACE_DNS, uuid5

from identity.applications import POLICY_TARGETS

GONE = "99999999-9999-4999-8999-999999999999"
"""The id of nothing."""


def id_of(kind: str, key: str) -> str:
    """The id that the snapshot's thing has: the same in every run."""
    return str(uuid5(NAMESPACE_DNS, f"{kind}/{key}"))


def ids_of(kind: str, keys: Iterable[str]) -> list[str]:
    """Those of several."""
    return [id_of(kind, key) for key in keys]


def targets(keys: Iterable[str]) -> list[str]:
    """What a policy names applications by."""
    return [POLICY_TARGETS[key] if key in POLICY_TARGETS else id_of("client", key) for key in keys]
