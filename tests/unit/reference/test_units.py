"""What runs on hosts is declared for roles that there are, with a reason and a requirement (SEC-1, CMP-2)."""

from __future__ import annotations

from reference.host import HostRole
from reference.listener import EVERY
from reference.requirement import requirements
from reference.unit import load_units, units_of


def test_every_unit_has_a_known_role_a_reason_and_a_requirement():
    for unit in load_units():
        assert unit.role in {EVERY, *HostRole}, unit
        assert unit.requirement in requirements(), unit
        assert unit.reason, unit


def test_a_host_runs_what_every_host_does_and_its_own():
    units = {unit.unit for unit in units_of("witness", load_units())}
    assert {"ssh.service", "rsyslog.service", "corosync-qnetd.service"} <= units
    assert "pacemaker.service" not in units
