"""What all tests share: which hosts are asked."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let hosts that stand already be asked; `ggvv verify` does."""
    parser.addoption(
        "--stack",
        help="for tests/hosts: ask the hosts of this stack where they stand, instead of a lab of the tests' own",
    )
