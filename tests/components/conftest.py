"""The real program on Pulumi's mocks: what would be made, without an engine or a vCenter."""

from __future__ import annotations

import asyncio
import itertools
import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config, set_mocks
from pulumi.runtime.stack import wait_for_rpcs

from operations import project
from operations.stack_settings import StackSettings
from reference import endpoint

DEPLOYER = "object-id-of-the-deployer"


@dataclass
class Made:
    """One resource that the program asked for: `kind` is the last part of its type token."""

    kind: str
    name: str
    inputs: dict[str, Any]
    id: str


@dataclass
class Record(pulumi.runtime.Mocks):
    """Stands in for the engine: gives every resource an id and remembers what was asked for."""

    made: list[Made] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Make a resource."""
        identity = f"id-{next(self._ids)}"
        self.made.append(Made(args.typ.rsplit(":", 1)[-1], args.name, dict(args.inputs), identity))
        computed = {"objectId": f"object-{identity}", "clientId": f"client-{identity}"}
        extra = {"moid": f"moid-{identity}", "resourcePoolId": f"root-pool-of-{args.name}"}
        return identity, {
            **computed,
            **args.inputs,
            **extra,
            **({} if "resourcePoolId" not in args.inputs else args.inputs),
        }

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        """Answer a lookup."""
        if args.token.endswith(":getClientConfig"):
            return {"objectId": DEPLOYER}
        self.lookups.append(f"{args.token.rsplit(':', 1)[-1]} {args.args.get('name')}")
        return {"id": f"existing-{args.args.get('name')}", "resourcePoolId": "existing-pool", **args.args}

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The inputs of all resources of a kind, by resource name."""
        return {made.name: made.inputs for made in self.made if made.kind == kind}

    def id_of(self, kind: str, name: str) -> str:
        """The id that a resource got."""
        return next(made.id for made in self.made if made.kind == kind and made.name == name)

    def object_id_of(self, kind: str, name: str) -> str:
        """The object id that a resource of Entra ID got."""
        return f"object-{self.id_of(kind, name)}"


@pytest.fixture(scope="session")
def program() -> Callable[..., Record]:
    """Run `__main__.py` with a stack's configuration, changed by keyword; each variant once a session."""
    ran: dict[str, Record] = {}

    def run(stack: str, **changes: Any) -> Record:  # noqa: ANN401 - any configuration value
        key = json.dumps([stack, changes], sort_keys=True)
        if key not in ran:
            ran[key] = _run(stack, changes)
        return ran[key]

    return run


@pytest.fixture(scope="session")
def mocked() -> Callable[[Callable[[], object]], Record]:
    """Run a part of the program on its own."""
    return _mocked


def _mocked(part: Callable[[], object], stack: str = "test") -> Record:
    asyncio.set_event_loop(asyncio.new_event_loop())
    record = Record()
    set_mocks(record, project=project.NAME, stack=stack)
    part()
    asyncio.get_event_loop().run_until_complete(wait_for_rpcs())
    return record


def _run(stack: str, changes: dict[str, Any]) -> Record:
    values = {**StackSettings.read(stack).values, **changes}
    credentials = {setting.key: "for-the-mocks" for setting in (*endpoint.SETTINGS, *endpoint.TENANT_SETTINGS)}
    config = {f"{project.NAME}:{key}": _text(value) for key, value in {**credentials, **values}.items()}

    def program() -> None:
        set_all_config(config)
        runpy.run_path(str(project.ROOT / "__main__.py"), run_name="__main__")

    with pytest.MonkeyPatch.context() as environment:
        # As in a lab run, where place-holders are good enough.
        environment.setenv(endpoint.METADATA_HOST, "tenant.invalid")
        return _mocked(program, stack)


def _text(value: Any) -> str:  # noqa: ANN401 - any configuration value
    return value if isinstance(value, str) else json.dumps(value)
