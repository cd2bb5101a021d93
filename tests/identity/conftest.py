"""A tenant of the tests' own, and the real engine with the lab's plugin on it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import lab.tenant
from lab.authority import Authority
from lab.service import Service
from operations import toolchain

PROGRAM = Path(__file__).parent / "one_of_each"


@dataclass(frozen=True)
class Tenant:
    """A running tenant: `host` is host:port, `credentials` are the deploying client's."""

    host: str
    credentials: dict[str, str]
    authority: Path

    @property
    def variables(self) -> dict[str, str]:
        """What the plugin needs to know."""
        return {
            "ARM_METADATA_HOSTNAME": self.host,
            "ARM_TENANT_ID": self.credentials["tenant_id"],
            "ARM_CLIENT_ID": self.credentials["client_id"],
            "ARM_CLIENT_SECRET": self.credentials["client_secret"],
            "SSL_CERT_FILE": str(self.authority),
        }

    @property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def graph(self, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401 - any JSON
        """An own call of Graph, past the plugin."""
        with httpx.Client(base_url=f"https://{self.host}", verify=self._trust) as client:
            form = {
                "grant_type": "client_credentials",
                "client_id": self.credentials["client_id"],
                "client_secret": self.credentials["client_secret"],
                "scope": f"https://{self.host}/.default",
            }
            token = client.post(f"/{self.credentials['tenant_id']}/oauth2/v2.0/token", data=form).json()["access_token"]
            answer = client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
            return answer.json() if answer.content else None

    def find(self, collection: str, name: str) -> dict[str, Any]:
        """The one object of that display name."""
        found = [each for each in self.everything(collection) if each["displayName"] == name]
        assert len(found) == 1, f"{collection}: {len(found)} have the name {name!r}; right is one"
        return found[0]

    def everything(self, collection: str) -> list[dict[str, Any]]:
        """All objects of a collection."""
        entries: list[dict[str, Any]] = []
        page: dict[str, Any] = self.graph("GET", collection)
        while True:
            entries += page["value"]
            if "@odata.nextLink" not in page:
                return entries
            page = self.graph("GET", page["@odata.nextLink"])

    def twice(self) -> dict[str, int]:
        """Display names that more than one object of a collection has."""
        counts = Counter(
            f"{collection}: {each['displayName']}" for collection in NAMED for each in self.everything(collection)
        )
        return {name: count for name, count in counts.items() if count > 1}

    def faults(self, **faults: float) -> None:
        """Switch faults on; those not named are off."""
        secret = (self.credentials["client_id"], self.credentials["client_secret"])
        url = f"https://{self.host}/_lab/faults"
        httpx.put(url, json=faults, auth=secret, verify=self._trust).raise_for_status()


NAMED = (
    "/v1.0/groups",
    "/v1.0/users",
    "/v1.0/applications",
    "/v1.0/servicePrincipals",
    "/v1.0/directory/administrativeUnits",
    "/v1.0/identity/conditionalAccess/namedLocations",
    "/v1.0/identity/conditionalAccess/policies",
    "/v1.0/policies/authenticationStrengthPolicies",
)


GRANTED = yaml.safe_load((Path(lab.tenant.__file__).parent / "data" / "granted.yaml").read_text())
PERMISSIONS = [*GRANTED, "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"]
"""What the program needs: more than identity/, which makes nobody eligible for a group."""


@pytest.fixture
def permissions() -> list[str]:
    """What the deploying client may do; a test that wants less has a parameter of this name."""
    return PERMISSIONS


@pytest.fixture
def tenant(tmp_path: Path, permissions: list[str]) -> Iterator[Tenant]:
    """An empty tenant, gone after the test."""
    home = tmp_path / "tenant"
    authority = Authority.at(tmp_path / "ca")
    certificate, key = authority.issue("tenant.test", home)
    credentials = {
        "tenant_id": str(uuid.uuid4()),
        "client_id": str(uuid.uuid4()),
        "client_secret": secrets.token_urlsafe(24),
    }
    document = {**credentials, "permissions": permissions}
    (home / "credentials.json").write_text(json.dumps(document))
    service = Service("tenant", home)
    command = [sys.executable, "-m", "lab.tenant", "--listen", "127.0.0.1:0", "--cert", certificate, "--key", key]
    files = [
        "--credentials",
        home / "credentials.json",
        "--ready",
        service.ready_file,
        "--database",
        home / "db.sqlite",
    ]
    ready = service.start([str(part) for part in command + files])
    yield Tenant(ready["url"].removeprefix("https://").rstrip("/"), credentials, authority.certificate)
    service.stop()


@dataclass(frozen=True)
class Engine:
    """The real engine on a program in `directory`, with a state of its own."""

    directory: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `pulumi` to the end."""
        return subprocess.run(
            ["pulumi", "--non-interactive", *arguments],
            cwd=self.directory,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def done(self, *arguments: str) -> str:
        """Run and expect exit code 0; returns what was printed."""
        result = self(*arguments)
        assert result.returncode == 0, f"pulumi {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout

    def refused(self, *arguments: str, **variables: str) -> str:
        """Run and expect a failure; returns what was said."""
        result = self(*arguments, **variables)
        assert result.returncode != 0, f"pulumi {' '.join(arguments)} succeeded: {result.stdout}"
        return result.stdout + result.stderr

    def up(self, *arguments: str) -> str:
        """Deploy."""
        return self.done("up", "--yes", "--skip-preview", "--parallel=32", *arguments)

    def preview(self, *arguments: str) -> dict[str, Any]:
        """What a deploy would do, compared with what really is."""
        document: dict[str, Any] = json.loads(self.done("preview", "--json", "--refresh", *arguments))
        return document

    def state(self) -> dict[str, dict[str, Any]]:
        """The resources in the state by their names."""
        document = json.loads(self.done("stack", "export"))
        return {each["urn"].rsplit("::", 1)[-1]: each for each in document["deployment"]["resources"]}


@pytest.fixture
def engine(tmp_path: Path, tenant: Tenant) -> Engine:
    """The engine on a copy of the program, its stack made."""
    directory, state = tmp_path / "program", tmp_path / "state"
    shutil.copytree(PROGRAM, directory)
    state.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "PULUMI_"))}
    environment = {
        **clean,
        **toolchain.environment([toolchain.AZUREAD], acquire=False),
        **tenant.variables,
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(16),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    engine = Engine(directory, environment)
    engine.done("stack", "init", "try")
    return engine
