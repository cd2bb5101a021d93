"""What an attacker can do to the vault who has every host of DC1 and DC2: nothing that lasts (BAK-3)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lab.hosts.hosts import Hosts
from tests.deploy.conftest import Commands

PATIENCE = 900.0
"""Seconds that the drill may take; it needs two minutes where nothing else runs."""


@pytest.mark.requirement("BAK-3")
def test_all_attempts_are_refused_and_logged_and_the_vault_restores(lab_hosts: Hosts, ggvv: Commands):
    if not any(host.role == "backup-vault" for host in lab_hosts.status()):
        pytest.skip("not assessed: this profile has no vault; run: ggvv lab up --profile lab")
    result = ggvv("drill", "ransomware", seconds=PATIENCE)
    assert result.returncode == 0, result.stderr
    assert re.search(r"attempts, 0 succeeded.*, \d+ in the log at DC3.*checksum equal", result.stdout.splitlines()[-1])
    folder = Path("".join(result.stderr.rpartition("kept in ")[2].split()))
    report = json.loads((folder / "report.json").read_text())
    assert report["findings"] == []
    assert len({each["id"] for each in report["attempts"] if each["expected"]}) >= 40
    assert {each["in_the_log"] for each in report["attempts"] if each["kind"] != "port"} == {True}
