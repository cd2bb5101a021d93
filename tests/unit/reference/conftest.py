"""The architecture as the tests build it: from a small stack, with what a test wants changed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from reference.architecture import Architecture
from reference.choices import Choices
from reference.definitions import Definitions
from reference.servers.sample import sample

FIXTURES = Path(__file__).parents[2] / "fixtures" / "reference"
ENOUGH = {"environment": "test", "sites": {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}}
"""The smallest stack that carries the whole inventory."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): the requirements that the test proves")


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of fixture files."""
    return FIXTURES


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions.load()


@pytest.fixture(scope="session")
def build() -> Callable[..., Architecture]:
    """Builds the architecture of the smallest stack, with the sample's servers, with these keys changed."""

    def make(definitions: Definitions | None = None, **changes: object) -> Architecture:
        choices = Choices.from_config({**ENOUGH, **changes}, "test")
        return Architecture.build(choices, definitions, None if choices.inventory else sample())

    return make


@pytest.fixture(scope="session")
def whole(build: Callable[..., Architecture]) -> Architecture:
    """The architecture of the smallest stack."""
    return build()


@pytest.fixture(scope="session")
def stack_file() -> Callable[[str], Mapping[str, Any]]:
    """Reads the values of a fixture that has the form of a stack file; a key is the file's without `ggvv:`."""

    def read(name: str) -> Mapping[str, Any]:
        config = yaml.safe_load((FIXTURES / f"{name}.yaml").read_text(encoding="utf-8"))["config"]
        return {key.removeprefix("ggvv:"): value for key, value in config.items()}

    return read
