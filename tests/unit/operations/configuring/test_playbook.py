"""What a run of Ansible gets, and what it does not."""

from __future__ import annotations

import pytest

from operations.configuring.playbook import kept, playbook, stages
from operations.errors import UserError


def test_secrets_of_the_environment_don_t_reach_what_is_written_down():
    secrets = {
        "VSPHERE_PASSWORD": "x",
        "ARM_CLIENT_SECRET": "x",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "GGVV_VARIABLES": "x",
    }
    assert kept({**secrets, "PATH": "/bin", "ANSIBLE_CONFIG": "y"}) == {"PATH": "/bin", "ANSIBLE_CONFIG": "y"}


def test_every_stage_can_be_run_alone():
    assert {"baseline", "logging", "integrity"} <= set(stages())
    assert all(playbook(stage).is_file() for stage in (None, *stages()))


def test_an_unknown_stage_is_refused():
    with pytest.raises(UserError, match="stage 'moon' is unknown; right is one of baseline"):
        playbook("moon")
