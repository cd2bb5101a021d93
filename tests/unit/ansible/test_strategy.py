"""The strategy of `ggvv configure`: mitogen's, on all cores, with plugins loaded before the forks."""

from __future__ import annotations

import os
from pathlib import Path

import ansible_mitogen.affinity
import pytest
from ansible.plugins.loader import action_loader, filter_loader, lookup_loader, strategy_loader, test_loader
from ansible.plugins.strategy import StrategyBase

PLUGINS = Path(__file__).parents[3] / "ansible" / "strategy_plugins"


@pytest.fixture
def strategy() -> type[StrategyBase]:
    strategy_loader.add_directory(str(PLUGINS))
    found: type[StrategyBase] = strategy_loader.get("ggvv_linear", class_only=True)
    return found


@pytest.mark.usefixtures("strategy")
def test_a_fork_may_run_on_any_core():
    before = os.sched_getaffinity(0)
    try:
        ansible_mitogen.affinity.policy.assign_worker()
        assert os.sched_getaffinity(0) == before
    finally:
        os.sched_setaffinity(0, before)


def test_what_forks_need_is_loaded_before_the_first(strategy: type[StrategyBase], monkeypatch: pytest.MonkeyPatch):
    loaded: list[str] = []
    for plugins in (action_loader, filter_loader, lookup_loader, test_loader):
        monkeypatch.setattr(plugins, "all", lambda own=plugins, **_how: loaded.append(own.subdir) or [])
    monkeypatch.setattr(strategy.__mro__[1], "run", lambda *_arguments: sorted(loaded))
    before = strategy.run(object.__new__(strategy), None, None)
    assert before == ["action_plugins", "filter_plugins", "lookup_plugins", "test_plugins"]
