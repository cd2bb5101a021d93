"""A waiver has a setting, a reason, an owner and a date; without one of them it is refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from reference.errors import ArchitectureError
from reference.waiver import Waiver, load_waivers

FIXTURES = Path(__file__).parents[2] / "fixtures" / "reference"
TODAY = datetime.date(2026, 2, 1)


@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        ("waiver_of_unknown_setting", "'SSH-99' is no setting of the baseline"),
        ("waiver_out_of_date", "the waiver of SSH-01 ended on 2026-01-31; apply the setting, or have platform"),
        ("waiver_without_owner", "`0.owner`: is missing; add it"),
    ],
)
def test_a_bad_waiver_is_refused(fixture: str, sentence: str):
    with pytest.raises(ArchitectureError) as caught:
        load_waivers(FIXTURES / fixture / "waivers.yaml", {"SSH-01"}, TODAY)
    assert sentence in str(caught.value)


def test_a_waiver_holds_on_its_last_day():
    path = FIXTURES / "waiver_out_of_date" / "waivers.yaml"
    assert [w.id for w in load_waivers(path, {"SSH-01"}, datetime.date(2026, 1, 31))] == ["SSH-01"]


@pytest.mark.parametrize(("roles", "holds"), [((), True), (("jump",), True), (("firewall",), False)])
def test_a_waiver_holds_for_its_roles_or_for_all(roles: tuple[str, ...], holds: bool):
    waiver = Waiver(id="SSH-01", reason="a reason that is long enough", owner="platform", until=TODAY, roles=roles)
    assert waiver.holds_for("jump") is holds
