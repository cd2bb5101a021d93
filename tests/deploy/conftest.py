"""A lab of the tests' own: the real engine on the embedded vCenter, beside any lab that runs already."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.place import Endpoint, Lab
from operations import project, toolchain
from tests.deploy.look import Look

GGVV = [sys.executable, "-m", "operations.cli"]


@dataclass
class Commands:
    """`ggvv` as a user runs it, with the tests' lab."""

    lab: Lab
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment: nothing of a real endpoint, and this lab."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VSPHERE_", "PULUMI_", "GGVV_ESXI", "ARM_"))}
        return {**clean, "GGVV_LAB": str(self.lab.directory), **self.extra}

    def __call__(self, *arguments: str, seconds: float = 600, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(
            [*GGVV, *arguments],
            cwd=project.ROOT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start in a session of its own, so that a test can kill all of it."""
        return subprocess.Popen(
            [*GGVV, *arguments],
            cwd=project.ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def done(self, *arguments: str, seconds: float = 600) -> str:
        """Run and expect exit code 0 within `seconds`; returns what was printed."""
        result = self(*arguments, seconds=seconds)
        assert result.returncode == 0, f"{' '.join(arguments)}: {result.stderr}{result.stdout}"
        return result.stdout


@pytest.fixture(scope="session")
def running_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The embedded vCenter, for the whole session."""
    lab = Lab(tmp_path_factory.mktemp("lab") / "lab")
    lab.up(toolchain.path("ggvv-vcenter"), project.EXISTING_DATACENTER)
    yield lab
    lab.down()


@pytest.fixture(scope="session")
def ggvv(running_lab: Lab) -> Commands:
    """The command line on the tests' lab."""
    return Commands(running_lab)


@pytest.fixture
def endpoint(running_lab: Lab) -> Endpoint:
    """Where the tests' vCenter answers."""
    found = running_lab.endpoint()
    assert found is not None
    return found


@pytest.fixture
def look(endpoint: Endpoint) -> Iterator[Look]:
    """An own look at vCenter, past Pulumi."""
    with Look.at(endpoint) as found:
        yield found


@pytest.fixture
def stack(request: pytest.FixtureRequest, ggvv: Commands) -> Iterator[Callable[..., str]]:
    """Make a stack like `lab` with other choices (None: without one), under a name of the test's own; then gone."""
    made: list[Path] = []

    def make(**changes: Any) -> str:  # noqa: ANN401 - any configuration value
        name = f"lab-{request.node.originalname.removeprefix('test_').replace('_', '-')[:30].strip('-')}"
        document = yaml.safe_load((project.STACKS / "Pulumi.lab.yaml").read_text())
        values = {"environment": name, "platform": f"ggvv-{name}", "domain": f"{name}.ggvv.internal", **changes}
        config = document["config"] | {f"ggvv:{key}": value for key, value in values.items()}
        document["config"] = {key: value for key, value in config.items() if value is not None}
        path = project.STACKS / f"Pulumi.{name}.yaml"
        path.write_text(yaml.safe_dump(document))
        made.append(path)
        return name

    yield make
    for path in dict.fromkeys(made):
        stack_name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        ggvv("destroy", "-s", stack_name, "--yes")
        path.unlink()
