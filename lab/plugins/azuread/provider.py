"""What the engine asks of a provider, in plain values: check, compare, make, read, change and remove resources."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from lab.plugins.azuread import checks, presentation, surroundings
from lab.plugins.azuread.differences import Difference, differences
from lab.plugins.azuread.errors import GraphError, HalfMade, NotConfigured, PermissionMissing, PluginError
from lab.plugins.azuread.functions import FUNCTIONS
from lab.plugins.azuread.graph import Graph
from lab.plugins.azuread.kind import Failure, Kind
from lab.plugins.azuread.kinds import KINDS
from lab.plugins.azuread.once import LOOKS
from lab.plugins.azuread.schema import schema
from lab.plugins.azuread.sign_in import Client
from lab.plugins.azuread.values import UNKNOWN, Values

SETTINGS = {
    "metadataHost": "ARM_METADATA_HOSTNAME",
    "tenantId": "ARM_TENANT_ID",
    "clientId": "ARM_CLIENT_ID",
    "clientSecret": "ARM_CLIENT_SECRET",
}
"""The provider's settings that this plugin knows, and the variables that may have them instead."""


@dataclass(frozen=True)
class Comparison:
    """What has to change, and whether that takes a new resource, and the old one gone before it."""

    differences: tuple[Difference, ...]
    replaces: tuple[str, ...]
    delete_first: bool


class Provider:
    """One configured provider; the engine's calls come side by side."""

    def __init__(self) -> None:
        self._graph: Graph | None = None

    async def configure(self, settings: Values) -> None:
        """Find the tenant and sign in to it; where a setting is not known yet, in a preview, that waits.

        Raises:
            NotConfigured: a setting is missing, or the tenant is not on this machine.
            NotReachable: nothing answers there.
            SignInRefused: no token is given.
        """
        found = {name: settings.get(name) or os.environ.get(variable, "") for name, variable in SETTINGS.items()}
        if UNKNOWN in found.values():
            return
        missing = next((name for name, value in found.items() if not value), None)
        if missing is not None:
            elsewhere = "give it where the stack's other settings are"
            advice = surroundings.STAND_IN if missing == "metadataHost" else elsewhere
            raise NotConfigured(f"{missing}: is missing, and so is {SETTINGS[missing]}; {advice}")
        around = await surroundings.find(found["metadataHost"])
        graph = Graph(around, Client(found["tenantId"], found["clientId"], found["clientSecret"]))
        await graph.sign_in()
        self._graph = graph

    @property
    def graph(self) -> Graph:
        """The tenant.

        Raises:
            NotConfigured: the settings are not known yet.
        """
        if self._graph is None:
            raise NotConfigured("the provider's settings are known only after the deploy; it can read nothing before")
        return self._graph

    def stop(self) -> None:
        """End what is being waited for."""
        if self._graph is not None:
            self._graph.stop.set()

    def check(self, token: str, values: Values) -> tuple[Values, list[Failure]]:
        """The inputs with their defaults, and everything that is wrong with them."""
        kind = kind_of(token)
        completed = checks.completed(kind, values)
        return completed, list(checks.failures(kind, completed))

    def diff(self, token: str, old: Values, new: Values) -> Comparison:
        """What has to change for a resource to become as declared."""
        kind = kind_of(token)
        found = tuple(_differences(kind, old, new))
        replaces = tuple(each.path for each in found if kind.replaces(each.path))
        return Comparison(found, replaces, bool(replaces) and kind.unique)

    def planned(self, token: str, old: Values, new: Values) -> Values:
        """The values that a resource is going to have, for a preview; `old` is empty for a new one."""
        kind = kind_of(token)
        decided = {name: old.get(name, UNKNOWN) for name in schema().resources[token].outputs}
        inputs = schema().resources[token].inputs
        left_out = {name for name in inputs if name not in new and name not in kind.computed}
        return {name: value for name, value in decided.items() if name not in left_out} | new

    def as_inputs(self, token: str, outputs: Values, before: Values) -> Values:
        """The inputs that would give these outputs."""
        return presentation.as_inputs(kind_of(token), outputs, before)

    def secrets(self, token: str) -> frozenset[str]:
        """The outputs that are secret whatever the inputs were."""
        return kind_of(token).secrets

    async def create(self, token: str, values: Values) -> tuple[str, Values]:
        """Make a resource; returns its id and all its values.

        Raises:
            HalfMade: it exists, and what follows its creation failed.
            PluginError: nothing was made.
        """
        kind = kind_of(token)
        with _named(kind):
            made = await kind.handler.create(self.graph, values)
        try:
            with _named(kind):
                await kind.handler.complete(self.graph, made.identity, values)
            return made.identity, await self._settled(kind, made.identity, values | made.known, values)
        except PluginError as error:
            raise HalfMade(made.identity, str(error)) from error

    async def read(self, token: str, identity: str, prior: Values) -> Values | None:
        """All values of a resource; None if it doesn't exist."""
        kind = kind_of(token)
        with _named(kind):
            values = await kind.handler.read(self.graph, identity, prior)
        return None if values is None else presentation.aligned(presentation.complete(token, values), prior)

    async def update(self, token: str, identity: str, old: Values, new: Values) -> Values:
        """Change a resource to what is declared; returns all its values."""
        kind = kind_of(token)
        with _named(kind):
            await kind.handler.update(self.graph, identity, old, new)
        inputs = schema().resources[token].inputs
        kept = {name: value for name, value in old.items() if name not in inputs or name in kind.computed}
        return await self._settled(kind, identity, kept | new, new)

    async def delete(self, token: str, identity: str, old: Values) -> None:
        """Remove a resource and return when it is gone."""
        kind = kind_of(token)
        with _named(kind):
            await kind.handler.delete(self.graph, identity, old)

    async def invoke(self, token: str, arguments: Values) -> tuple[Values, list[Failure]]:
        """Ask a function; returns its answer, or what is wrong with the arguments."""
        if token not in FUNCTIONS:
            raise NotConfigured(f"{token}: is not in the lab's stand-in; install the official plugin")
        failures = list(checks.wrong_arguments(token, arguments))
        return ({} if failures else await FUNCTIONS[token](self.graph, arguments)), failures

    async def _settled(self, kind: Kind, identity: str, prior: Values, declared: Values) -> Values:
        """A resource's values as soon as the tenant shows what was written.

        If it shows something else for as long as one waits, then that is what there is; the next run compares it.
        """
        seen: list[Values] = []

        async def look() -> bool:
            values = await self.read(kind.token, identity, prior)
            if values is not None:
                seen.append(values)
            agrees = values is not None and not any(_differences(kind, values, declared))
            return agrees or len(seen) >= LOOKS

        await self.graph.until(look, f"{identity}: was written and never came to be seen; look for it in the tenant")
        return seen[-1]


def kind_of(token: str) -> Kind:
    """The resource type.

    Raises:
        NotConfigured: this plugin hasn't got it.
    """
    if token not in KINDS:
        raise NotConfigured(f"{token}: is not in the lab's stand-in; install the official plugin")
    return KINDS[token]


def _differences(kind: Kind, old: Values, new: Values) -> Iterator[Difference]:
    """Of the inputs: outputs follow from them."""
    names = schema().resources[kind.token].inputs
    return differences({name: old[name] for name in names if name in old}, new, kind.computed)


@contextmanager
def _named(kind: Kind) -> Iterator[None]:
    """Say which permission it is that is missing, where Graph only says that one is."""
    try:
        yield
    except GraphError as error:
        if error.status != httpx.codes.FORBIDDEN:
            raise
        raise PermissionMissing(
            f"{error}; {kind.name} needs the application permission {kind.permission}: grant it to the client, "
            "with an administrator's consent"
        ) from error
