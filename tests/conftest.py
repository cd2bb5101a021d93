"""What all tests share: which hosts are asked, and that a busy machine fails no property."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# Tests assert no times: how long Hypothesis takes to think of values says nothing of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let hosts that stand already be asked; `ggvv verify` does."""
    parser.addoption(
        "--stack",
        help="for tests/hosts: ask the hosts of this stack where they stand, instead of a lab of the tests' own",
    )
