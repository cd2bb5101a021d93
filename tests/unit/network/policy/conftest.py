"""The policy as its tests use it: the lab's architecture, the project's own policy, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from network.policy.compiling import compiled
from network.policy.flow import FlowPolicy
from operations.stack_settings import StackSettings
from reference.architecture import Architecture

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def today() -> date:
    """The day of the tests: the policy has no clock of its own."""
    return TODAY


@pytest.fixture(scope="session")
def lab() -> Architecture:
    return StackSettings.read("lab").architecture()


@pytest.fixture(scope="session")
def policy() -> FlowPolicy:
    return FlowPolicy.load()


@pytest.fixture(scope="session")
def rules(lab: Architecture) -> Mapping[str, str]:
    """The compiled rules of each site."""
    return compiled(lab, TODAY)
