"""What a resource type is: its description as data, and the handler that makes, reads, changes and removes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Protocol

from lab.plugins.azuread import paths
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.values import Values


@dataclass(frozen=True)
class Failure:
    """An input that is refused: which, and in one sentence why."""

    path: str
    reason: str


Rule = Callable[[Values], Iterator[Failure]]
"""What must hold between several inputs; they are known, typed and complete when it is asked."""


@dataclass(frozen=True)
class Made:
    """A resource that was just made: its id, and the values that only the answer held."""

    identity: str
    known: Values = field(default_factory=dict, repr=False)


class Handler(Protocol):
    """Does the work for one resource type. Errors are those of `graph.Graph`, and `NotConfigured` for a wrong id."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """Make the resource, exactly one, whatever answers are lost; returns as soon as it exists."""

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """Add what Graph takes only once the resource is there."""

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """All its values; None if it doesn't exist. What Graph never tells is taken from `prior`."""

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:
        """Change what differs."""

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """Remove it and return when it is gone; nothing to do if it was gone already."""


@dataclass(frozen=True)
class Kind:
    """A resource type. Paths name properties without indexes: `appRoles.enabled` is that of each role.

    Args:
        name: the SDK's class.
        handler: who does the work.
        permission: the application permission that its writes need, to be named when it is missing.
        replaced_by: properties (paths, `*` for any part) whose change makes a new resource.
        defaults: what a property is when it is left out, where that isn't "", 0, false or [].
        computed: properties that the tenant decides when they are left out.
        allowed: the values that a property may have.
        forms: what an id among the inputs must look like, and a word for it.
        secrets: outputs that are secret whatever the inputs were.
        unsupported: inputs that this stand-in doesn't know.
        rules: what must hold between several inputs.
        unique: Graph takes no two of the same name, so the old one goes before its replacement comes.
    """

    name: str
    handler: Handler
    permission: str
    replaced_by: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    unsupported: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    unique: bool = False

    @property
    def token(self) -> str:
        """The type token, as the SDK registers it."""
        return f"azuread:index/{self.name[0].lower()}{self.name[1:]}:{self.name}"

    def replaces(self, path: str) -> bool:
        """Whether a change at this path makes a new resource."""
        plain = paths.without_indexes(path)
        return any(fnmatchcase(plain, pattern) for pattern in self.replaced_by)
