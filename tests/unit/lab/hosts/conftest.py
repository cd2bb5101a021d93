"""The handover of the lab's own stack, with its wiring: what most of these tests look at."""

import pytest

from lab.hosts.names import Names
from lab.hosts.profile import profile
from lab.hosts.wiring import Wiring
from operations.stack_settings import StackSettings
from reference.handover import Handover, handover_document


@pytest.fixture(scope="session")
def handover() -> Handover:
    architecture = StackSettings.read("lab").architecture()
    machines = (*architecture.hosts, *architecture.deployed)
    return Handover.model_validate(handover_document(architecture, {machine.name: "vm-1" for machine in machines}))


@pytest.fixture(scope="session")
def wiring(handover: Handover) -> Wiring:
    return Wiring(profile("lab").choose(handover), Names("ggvv-test"))


@pytest.fixture(scope="session")
def small(handover: Handover) -> Wiring:
    return Wiring(profile("small").choose(handover), Names("ggvv-test"))
