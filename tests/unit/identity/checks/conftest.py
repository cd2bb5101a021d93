"""A tenant in which everything is as declared; each test has its own to change."""

from collections.abc import Callable

import pytest

from identity.plan import IdentityPlan
from tests.snapshot.tenant import Snapshot

WAVES = ("pilot", "wave-1", "wave-2", "wave-3", "wave-4")


@pytest.fixture(scope="session")
def _enforced(build: Callable[..., IdentityPlan]) -> Snapshot:
    return Snapshot.of(build(waves=dict.fromkeys(WAVES, "enforced")))


@pytest.fixture
def tenant(_enforced: Snapshot) -> Snapshot:
    """A tenant in which everything is as declared, all policies enforced."""
    return _enforced.copy()
