"""Keeps docs/network.md equal to the policy (`python -m network.policy.pages` writes its tables; a test compares)."""

from __future__ import annotations

from reference.architecture import Architecture
from reference.choices import Choices
from reference.data import FOLDER, read_yaml
from reference.endpoint import CONNECTION_KEYS
from reference.servers.sample import sample

STACK = FOLDER.parent / "stacks" / "Pulumi.lab.yaml"


def lab() -> Architecture:
    """The stack `lab` on the built-in sample, whatever was imported since."""
    values = {key.removeprefix("ggvv:"): value for key, value in read_yaml(STACK)["config"].items()}
    own = {key: value for key, value in values.items() if key not in CONNECTION_KEYS}
    return Architecture.build(Choices.from_config(own, STACK.name), inventory=sample())
