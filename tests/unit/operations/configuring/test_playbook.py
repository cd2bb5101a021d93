"""What a run of Ansible gets, and what it does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest

from operations.configuring.playbook import (
    PREFIX,
    Ending,
    PlaybookRun,
    forget_killed_runs,
    kept,
    playbook,
    stages,
)
from operations.configuring.target import Target
from operations.errors import UserError


def test_secrets_of_the_environment_don_t_reach_what_is_written_down():
    secrets = {
        "VSPHERE_PASSWORD": "x",
        "ARM_CLIENT_SECRET": "x",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "GGVV_VARIABLES": "x",
    }
    assert kept({**secrets, "PATH": "/bin", "ANSIBLE_CONFIG": "y"}) == {"PATH": "/bin", "ANSIBLE_CONFIG": "y"}


def test_what_a_killed_run_left_is_forgotten_and_a_living_one_is_not(tmp_path: Path):
    killed, living = tmp_path / f"{PREFIX}{2**22 + 1}-x", tmp_path / f"{PREFIX}{os.getpid()}-x"
    killed.mkdir()
    living.mkdir()
    forget_killed_runs(tmp_path)
    assert list(tmp_path.iterdir()) == [living]


def test_every_stage_can_be_run_alone():
    assert {"baseline", "logging", "integrity"} <= set(stages())
    assert all(playbook(stage).is_file() for stage in (None, *stages()))


def test_an_unknown_stage_is_refused():
    with pytest.raises(UserError, match="stage 'moon' is unknown; right is one of backup, baseline"):
        playbook("moon")


def test_ansible_is_ended_in_order_and_nothing_of_it_outlives_the_run():
    """Its helpers are sessions of their own, so that the end of their parent doesn't reach them."""
    script = "import subprocess, time; subprocess.Popen(['sleep', '60'], start_new_session=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", script])
    while not (helpers := psutil.Process(parent.pid).children()):
        time.sleep(0.01)
    ending = Ending(lambda: True)
    assert ending() is False, "it has time to end by itself"
    assert parent.wait() == -signal.SIGTERM
    ending.leave_nothing()
    assert psutil.wait_procs(helpers, timeout=5)[1] == []


def test_a_process_that_ends_just_before_it_is_ended_is_no_error(monkeypatch: pytest.MonkeyPatch):
    with subprocess.Popen(["sleep", "60"]) as child:
        gone = psutil.Process(child.pid)
        child.kill()
    monkeypatch.setattr(psutil.Process, "children", lambda *_of, **_how: [gone])
    monkeypatch.setattr(psutil, "wait_procs", lambda processes, **_how: ([], processes))
    ending = Ending(lambda: True)
    assert ending() is False
    ending.leave_nothing()


def test_nothing_is_ended_while_nobody_asks():
    assert Ending(lambda: False)() is False


@pytest.mark.requirement("FW-1")
def test_firewalls_get_the_rules_of_their_site_and_nothing_stays_of_them(tmp_path: Path):
    handover = Mock(model_dump_json=lambda: "{}")
    target = Target("lab", handover, ("dc1-fw-01",), rules={"dc1": "table inet a {}\n"})
    with PlaybookRun(target, tmp_path / "site.yml", tmp_path / "artifacts")._files() as folder:
        rules = Path(json.loads((folder / "variables.json").read_text())["firewall_rules_folder"])
        assert (rules / "dc1.nft").read_text() == "table inet a {}\n"
        assert (folder / "variables.json").stat().st_mode & 0o777 == 0o600
    assert not rules.exists()
