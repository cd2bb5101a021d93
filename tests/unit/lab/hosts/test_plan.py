"""The plan on disk, by which another process finds the hosts."""

from pathlib import Path

import pytest

from lab.hosts.errors import HostsError
from lab.hosts.plan import Plan
from lab.hosts.wiring import Wiring


def test_a_plan_is_read_back_as_it_was_written(tmp_path: Path, wiring: Wiring):
    plan = Plan(profile="lab", tree=Path("/tree"), handover=wiring.handover)
    plan.write(tmp_path / "plan.json")
    assert Plan.read(tmp_path / "plan.json") == plan


def test_a_plan_of_another_version_is_none(tmp_path: Path):
    (tmp_path / "plan.json").write_text('{"profile": "lab"}')
    assert Plan.read(tmp_path / "plan.json") is None


def test_an_unknown_host_is_refused_with_those_that_there_are(small: Wiring):
    with pytest.raises(
        HostsError, match=r"host 'dc9-x': profile 'small' has no such host; right is one of dc1-fw-01, "
    ):
        Plan(profile="small", tree=Path("/tree"), handover=small.handover).host("dc9-x")
