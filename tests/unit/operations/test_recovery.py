"""What a killed run left is mended without losing or doubling anything."""

from __future__ import annotations

import copy
import json
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from operations.errors import UserError
from operations.recovery import _free_dead_lock, mended, taken_over

FOLDER = {"urn": "urn:x::folder", "type": "vsphere:index/folder:Folder", "inputs": {"path": "a"}, "parent": "urn:x::p"}
STATE = {
    "version": 3,
    "deployment": {
        "manifest": {"magic": "m"},
        "resources": [{"urn": "urn:x::p"}],
        "pending_operations": [{"type": "creating", "resource": FOLDER}],
    },
}


def test_what_exists_comes_into_the_state_under_its_id():
    result = mended(STATE, taken_over([FOLDER], lambda *_: "group-v7", ()))
    assert [r["urn"] for r in result["deployment"]["resources"]] == ["urn:x::p", "urn:x::folder"]
    assert result["deployment"]["resources"][1]["id"] == "group-v7"
    assert result["deployment"]["resources"][1]["parent"] == "urn:x::p"


def test_what_does_not_exist_is_no_longer_pending():
    result = mended(STATE, [])
    assert result["deployment"]["pending_operations"] == []
    assert result["deployment"]["resources"] == STATE["deployment"]["resources"]
    assert result["deployment"]["manifest"] == STATE["deployment"]["manifest"]


def test_the_state_that_was_read_is_left_as_it_was():
    before = copy.deepcopy(STATE)
    mended(STATE, taken_over([FOLDER], lambda *_: "group-v7", ()))
    assert before == STATE


def test_what_was_to_be_replaced_is_not_taken_for_its_replacement():
    assert taken_over([FOLDER], lambda *_: "group-v7", {"group-v7"}) == []


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    directory = tmp_path / ".pulumi" / "locks" / "organization" / "ggvv" / "lab"
    directory.mkdir(parents=True)
    return directory


def stack(tmp_path: Path) -> SimpleNamespace:
    workspace = SimpleNamespace(env_vars={"PULUMI_BACKEND_URL": tmp_path.as_uri()})
    return SimpleNamespace(name="lab", workspace=workspace)


def lock(pid: int, hostname: str) -> str:
    return json.dumps({"pid": pid, "username": "x", "hostname": hostname, "timestamp": "2026-11-23T21:00:00Z"})


def test_a_dead_run_s_lock_is_freed(tmp_path: Path, locks: Path):
    (locks / "a.json").write_text(lock(2**22 + 1, socket.gethostname()))
    assert _free_dead_lock(stack(tmp_path)) is True
    assert list(locks.iterdir()) == []


def test_another_machine_s_lock_is_never_touched(tmp_path: Path, locks: Path):
    (locks / "a.json").write_text(lock(2**22 + 1, "another-machine"))
    assert _free_dead_lock(stack(tmp_path)) is False
    assert len(list(locks.iterdir())) == 1


def test_a_live_run_s_lock_is_told_with_its_pid(tmp_path: Path, locks: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("operations.recovery._alive", lambda _lock: True)
    (locks / "a.json").write_text(lock(4711, socket.gethostname()))
    with pytest.raises(UserError, match=r"another run of it is under way \(pid 4711"):
        _free_dead_lock(stack(tmp_path))
    assert len(list(locks.iterdir())) == 1
