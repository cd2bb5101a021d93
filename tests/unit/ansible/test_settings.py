"""Every setting of the baseline has an id, a reason and a reference, and something that applies it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "ansible" / "roles"
GROUP_VARS = Path(__file__).parents[3] / "ansible" / "inventory" / "group_vars"
BASELINE = ROLES / "baseline"
LEAVING_OUT = sorted(path for path in GROUP_VARS.glob("*.yml") if "baseline_not_applicable" in path.read_text())
DECLARED: dict[str, list[dict[str, Any]]] = yaml.safe_load((BASELINE / "vars" / "main" / "settings.yml").read_text())[
    "baseline_settings"
]
SETTINGS = [setting for settings in DECLARED.values() for setting in settings]
APPLYING = "".join(
    path.read_text()
    for path in (*BASELINE.glob("tasks/*"), *BASELINE.glob("templates/*"), BASELINE / "vars" / "main" / "derived.yml")
)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting["id"])
def test_a_setting_says_what_why_and_who_recommends_it(setting: dict[str, Any]):
    assert set(setting) == {"id", "key", "value", "reason", "reference"}
    assert re.fullmatch(r"[A-Z]+-\d\d", setting["id"])
    assert len(setting["reason"].split()) >= 3
    assert re.search(r"CIS \d|BSI|\(\d\)|kernel\.org|Debian|SEC-", setting["reference"])
    assert isinstance(setting["value"], str), "YAML's no, yes and numbers need quotes"


def test_no_id_is_given_twice():
    ids = [setting["id"] for setting in SETTINGS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("concern", DECLARED)
def test_every_setting_of_a_concern_is_applied_together_or_each_by_its_id(concern: str):
    together = f"baseline_settings.{concern} |" in APPLYING or f"{{concern: {concern}}}" in APPLYING
    by_id = [setting["id"] for setting in DECLARED[concern] if f"'{setting['id']}'" in APPLYING]
    assert together or by_id == [setting["id"] for setting in DECLARED[concern]]


@pytest.mark.parametrize("path", LEAVING_OUT, ids=lambda path: path.stem)
def test_what_a_role_leaves_out_exists_and_has_a_reason_beside_it(path: Path):
    text = path.read_text()
    assert set(yaml.safe_load(text)["baseline_not_applicable"]) <= {setting["id"] for setting in SETTINGS}
    assert "\n# " in text
