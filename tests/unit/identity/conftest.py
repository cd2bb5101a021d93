"""Identity as the tests build it: all municipalities of the sample, with what a test wants changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from identity.plan import IdentityPlan
from reference.architecture import Architecture
from reference.choices import Choices
from reference.servers.sample import sample

FIXTURES = Path(__file__).parents[2] / "fixtures" / "identity"
SITES = {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}
LEAST = {"domain": "ggvv.onmicrosoft.com", "trusted_egress": ["192.0.2.0/24"]}


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of fixture files."""
    return FIXTURES


@pytest.fixture(scope="session")
def build() -> Callable[..., IdentityPlan]:
    """Builds the identity of the smallest stack, with these keys of `ggvv:identity` changed."""

    def make(**changes: object) -> IdentityPlan:
        values = {"environment": "test", "sites": SITES, "identity": {**LEAST, **changes}}
        plan = IdentityPlan.of(Architecture.build(Choices.from_config(values, "test"), inventory=sample()))
        assert plan is not None
        return plan

    return make


@pytest.fixture(scope="session")
def plan(build: Callable[..., IdentityPlan]) -> IdentityPlan:
    """The identity of the smallest stack."""
    return build()
