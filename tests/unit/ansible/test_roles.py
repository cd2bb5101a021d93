"""Roles keep to their form: every default typed, every variable declared, no command that hides from check mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "ansible" / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir())
COMMANDS = {"ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.raw", "ansible.builtin.script"}


def defaults(role: str) -> dict[str, Any]:
    files = [*(ROLES / role / "defaults").glob("main.yml"), *(ROLES / role / "defaults" / "main").glob("*.yml")]
    return {name: value for path in files for name, value in (yaml.safe_load(path.read_text()) or {}).items()}


def options(role: str) -> dict[str, Any]:
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text())
    return dict(specs["argument_specs"]["main"]["options"])


def tasks(role: str) -> Iterator[dict[str, Any]]:
    waiting = [
        task for path in (ROLES / role / "tasks").glob("*.yml") for task in yaml.safe_load(path.read_text()) or []
    ]
    while waiting:
        task = waiting.pop()
        waiting += task.get("block", [])
        yield task


@pytest.mark.parametrize("role", NAMES)
def test_every_default_is_typed(role: str):
    assert set(defaults(role)) <= set(options(role))


@pytest.mark.parametrize("role", NAMES)
def test_every_default_belongs_to_its_role(role: str):
    assert all(name.startswith(f"{role}_") for name in defaults(role))


@pytest.mark.parametrize("role", NAMES)
def test_every_option_is_described(role: str):
    assert all(option["type"] and option["description"] for option in options(role).values())


@pytest.mark.parametrize("role", NAMES)
def test_a_command_only_looks_or_says_what_it_makes(role: str):
    """Check mode runs the former, and foretells the latter."""
    for task in tasks(role):
        for module in COMMANDS & set(task):
            looks = task.get("changed_when") is False and task.get("check_mode") is False
            assert looks or "creates" in (task[module] or {}), task["name"]


@pytest.mark.parametrize("role", NAMES)
def test_the_main_file_only_leads_to_concerns(role: str):
    main = yaml.safe_load((ROLES / role / "tasks" / "main.yml").read_text())
    assert {module for task in main for module in task} <= {
        "name", "when", "tags", "ansible.builtin.debug", "ansible.builtin.import_tasks", "ansible.builtin.include_tasks"
    }  # fmt: skip
