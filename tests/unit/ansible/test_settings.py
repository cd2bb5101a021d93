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
SETTINGS: list[dict[str, Any]] = yaml.safe_load((BASELINE / "defaults" / "main" / "settings.yml").read_text())[
    "baseline_settings"
]
APPLYING = "".join(path.read_text() for part in ("tasks", "templates", "vars") for path in (BASELINE / part).iterdir())


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting["id"])
def test_a_setting_says_what_why_and_who_recommends_it(setting: dict[str, Any]):
    assert set(setting) == {"id", "concern", "key", "value", "reason", "reference"}
    assert re.fullmatch(r"[A-Z]+-\d\d", setting["id"])
    assert len(setting["reason"].split()) >= 3
    assert re.search(r"CIS \d|BSI|\(\d\)|kernel\.org|Debian|SEC-", setting["reference"])
    assert isinstance(setting["value"], str), "YAML's no, yes and numbers need quotes"


def test_no_id_is_given_twice():
    ids = [setting["id"] for setting in SETTINGS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting["id"])
def test_a_setting_is_applied_by_its_concern_or_by_name(setting: dict[str, Any]):
    by_concern = (
        f"'concern', '==', '{setting['concern']}'" in APPLYING or f"{{concern: {setting['concern']}}}" in APPLYING
    )
    assert by_concern or f"'{setting['id']}' in baseline_active_ids" in APPLYING


@pytest.mark.parametrize("path", LEAVING_OUT, ids=lambda path: path.stem)
def test_what_a_role_leaves_out_exists_and_has_a_reason_beside_it(path: Path):
    text = path.read_text()
    assert set(yaml.safe_load(text)["baseline_not_applicable"]) <= {setting["id"] for setting in SETTINGS}
    assert "\n# " in text
