"""The handover of the lab's own stack, with its wiring: what most of these tests look at."""

import pytest

from lab.hosts.names import Names
from lab.hosts.profile import profile
from lab.hosts.wiring import Wiring
from operations.stack_settings import StackSettings
from reference.handover import Handover, undeployed


@pytest.fixture(scope="session")
def handover() -> Handover:
    return undeployed(StackSettings.read("lab").architecture())


@pytest.fixture(scope="session")
def wiring(handover: Handover) -> Wiring:
    return Wiring(profile("lab").choose(handover), Names("ggvv-test"))


@pytest.fixture(scope="session")
def small(handover: Handover) -> Wiring:
    return Wiring(profile("small").choose(handover), Names("ggvv-test"))
