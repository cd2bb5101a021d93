"""Which hosts are asked, and what is expected of each: from the architecture, never from what was handed over."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.hosts.plan import Plan
from lab.hosts.profile import profile
from operations import project
from operations.stack_settings import StackSettings
from reference.handover import Handover, HandoverHost, undeployed
from reference.listener import Listener, listeners_of, load_listeners
from reference.unit import Unit, load_units, units_of
from reference.waiver import load_waivers

ANSIBLE = project.ROOT / "ansible"
BASELINE = ANSIBLE / "roles" / "baseline"
SETTINGS, PACKAGES = BASELINE / "vars" / "main" / "settings.yml", BASELINE / "defaults" / "main.yml"
STACK, PROFILE = "lab", "lab"
"""What the tests bring up where no stack is named."""


@dataclass(frozen=True)
class Asked:
    """The hosts of `stack` that are asked; `standing` says that they were there before the tests."""

    stack: str
    standing: bool

    @property
    def plan(self) -> Plan | None:
        """What the lab boots of this stack; None where it boots nothing, or another stack's hosts."""
        found = project.lab().hosts.plan_or_none()
        environment = StackSettings.read(self.stack).choices().environment
        return found if found is not None and found.handover.environment == environment else None

    @cached_property
    def handover(self) -> Handover:
        """The hosts as they are declared; of a lab stack the profile's that it boots."""
        declared = undeployed(StackSettings.read(self.stack).architecture())
        if not project.in_lab(self.stack):
            return declared
        booted = self.plan if self.standing else None
        return profile(booted.profile if booted else PROFILE).choose(declared)

    @property
    def hosts(self) -> tuple[HandoverHost, ...]:
        """The hosts that are asked."""
        return self.handover.hosts

    def fqdn(self, host: HandoverHost) -> str:
        """A host's full name."""
        return f"{host.name}.{self.handover.domain}"

    def neighbours(self, host: HandoverHost) -> list[HandoverHost]:
        """Those whose names and addresses a host looks up: itself, and the next in the list."""
        place = self.hosts.index(host)
        return [host, self.hosts[(place + 1) % len(self.hosts)]]


@cache
def _asked(stack: str | None) -> Asked:
    return Asked(stack or STACK, standing=stack is not None)


def asked_by(config: pytest.Config) -> Asked:
    """Whom this session asks."""
    return _asked(config.getoption("--stack"))


def listeners(host: HandoverHost) -> tuple[Listener, ...]:
    """What a host listens on."""
    return listeners_of(host.role, load_listeners())


def units(host: HandoverHost) -> tuple[Unit, ...]:
    """What runs on a host."""
    return units_of(host.role, load_units())


@cache
def settings(concern: str, role: str) -> dict[str, str]:
    """The baseline's settings of a concern for hosts of a role: all but the waived and the contradicting."""
    today = datetime.datetime.now(datetime.UTC).date()
    declared = _yaml(SETTINGS)["baseline_settings"]
    ids = [each["id"] for settings in declared.values() for each in settings]
    waivers = load_waivers(ANSIBLE / "waivers.yaml", ids, today)
    left_out = {waiver.id for waiver in waivers if waiver.holds_for(role)}
    left_out |= {*_yaml(_group(role)).get("baseline_not_applicable", ())}
    return {each["key"]: each["value"] for each in declared[concern] if each["id"] not in left_out}


def packages() -> tuple[set[str], set[str]]:
    """The packages that every host has, and those that none has."""
    declared = _yaml(PACKAGES)
    return {*declared["baseline_packages"]}, {*declared["baseline_packages_absent"]}


def keeps_files(role: str) -> bool:
    """Whether hosts of a role keep files for others, and so look for malware."""
    return role in _yaml(PACKAGES)["baseline_malware_roles"]


def _group(role: str) -> Path:
    return ANSIBLE / "inventory" / "group_vars" / f"role_{role.replace('-', '_')}.yml"


@cache
def _yaml(path: Path) -> dict[str, Any]:
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
