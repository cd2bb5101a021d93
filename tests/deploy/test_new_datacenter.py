"""The stack `newdc` with a tenant and nothing else yet: its preview needs the tenant's id and credentials only."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lab.place import TenantEndpoint
from operations import toolchain
from operations.stack_settings import StackSettings
from reference.endpoint import CONNECTION_KEYS
from tests.deploy.conftest import Commands
from tests.deploy.own_tenant import own_tenant, variables

STACK = "newdc"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tenant")


@pytest.fixture(scope="module")
def tenant(home: Path) -> Iterator[TenantEndpoint]:
    """A tenant of the domain that the stack names."""
    identity = StackSettings.read(STACK).architecture().choices.identity
    assert identity is not None
    with own_tenant(home / "lab", domain=identity.domain) as found:
        yield found


@pytest.fixture(scope="module")
def official(home: Path) -> str:
    """PATH with an azuread plugin on it, where the official one would lie; the project's own is never searched for."""
    folder = home / "bin"
    folder.mkdir()
    (folder / toolchain.AZUREAD.name).symlink_to(toolchain.AZUREAD.source / toolchain.AZUREAD.name)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def written(home: Path) -> list[str]:
    """All that the tenant holds, as SQL."""
    (database,) = home.rglob("tenant.sqlite")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


@pytest.mark.requirement("IDM-1")
def test_the_preview_needs_tenant_id_and_credentials_only_and_writes_nothing(
    ggvv: Commands, tenant: TenantEndpoint, official: str, home: Path
) -> None:
    assert not set(StackSettings.read(STACK).values) & CONNECTION_KEYS, "nothing of a tenant is in the stack's file"
    before = written(home)
    assert len(before) > 20
    result = ggvv("deploy", "-s", STACK, "--preview", PATH=official, **variables(tenant))
    assert result.returncode == 0, result.stderr
    said = " ".join(result.stderr.split())
    assert f"tenant {tenant.tenant_id} at {tenant.host} (a real one, plugin azuread: official)" in said
    assert "has no tenant of its own yet" not in said
    assert written(home) == before


@pytest.mark.requirement("IDM-1")
def test_all_of_identity_is_in_the_preview(ggvv: Commands, tenant: TenantEndpoint, official: str) -> None:
    engine = ("exec", "-s", STACK, "--", "pulumi", "preview", "-s", STACK, "--json", "--non-interactive")
    result = ggvv(*engine, PATH=official, **variables(tenant))
    assert result.returncode == 0, result.stderr
    steps = json.loads(result.stdout)["steps"]
    assert {step["op"] for step in steps} <= {"create", "read"}
    made = Counter(step["newState"]["type"].rsplit(":", 1)[-1] for step in steps)
    architecture = StackSettings.read(STACK).architecture()
    assert made["Group"] == len(architecture.directory.groups)
    assert made["AdministrativeUnit"] == len(architecture.municipalities)
    assert made["ConditionalAccessPolicy"] >= 20
    assert made["DirectoryRoleEligibilityScheduleRequest"] > 0


def test_without_the_secret_there_is_no_preview(ggvv: Commands, tenant: TenantEndpoint, official: str) -> None:
    told = variables(tenant)
    del told["ARM_CLIENT_SECRET"]
    result = ggvv("deploy", "-s", STACK, "--preview", PATH=official, **told)
    assert result.returncode == 1
    assert "secret ggvv:clientSecret is not set" in " ".join(result.stderr.split())
