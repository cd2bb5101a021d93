"""Ansible's linear strategy by mitogen, made to use all of the machine (docs/hosts.md)."""

from __future__ import annotations

from typing import Any

import ansible_mitogen.affinity
from ansible.plugins.loader import action_loader, filter_loader, lookup_loader, test_loader
from ansible_mitogen.plugins.strategy.mitogen_linear import StrategyModule as MitogenLinear

DOCUMENTATION = """
name: ggvv_linear
short_description: mitogen_linear with plugins loaded before forks, and with processes on all cores
description:
  - Ansible forks for each task of each host, and a fork loads at first use what its parent has not loaded. So filters,
    tests, lookups and actions are loaded once before.
  - mitogen pins all forks to one core where there are fewer than four. Here the kernel chooses.
"""

ansible_mitogen.affinity.policy = ansible_mitogen.affinity.Policy()


class StrategyModule(MitogenLinear):  # type: ignore[misc] # neither Ansible nor mitogen ships types
    """Runs the tasks of a play."""

    def run(self, iterator: Any, play_context: Any, result: int = 0) -> Any:  # noqa: ANN401 - Ansible's own
        """Load what forks need, and run."""
        for plugins in (action_loader, filter_loader, lookup_loader, test_loader):
            list(plugins.all(class_only=True))
        return super().run(iterator, play_context, result)
