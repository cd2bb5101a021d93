"""What the backup roles bring to hosts: accounts, buckets, what keeps locked files, and which copy a restore takes."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from operations.toolchain.tools import KOPIA, VERSITYGW

ROLES = Path(__file__).parents[3] / "ansible" / "roles"


def script(path: str) -> ModuleType:
    """A role's file as a module; most have no ending."""
    loader = importlib.machinery.SourceFileLoader(Path(path).stem.replace("-", "_"), str(ROLES / path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    loader.exec_module(made)
    return made


ACCOUNT = script("backup_vault/library/vault_account.py")
BUCKET = script("backup_vault/library/vault_bucket.py")
KEEP = script("backup_vault/files/ggvv-vault-keep")
REPOSITORY = script("backup_repository/library/vault_repository.py")
RESTORE = script("backup_client/files/ggvv-restore")


def account(secret: str, role: str = "user") -> dict[str, str]:
    return {"secret": secret, "role": role}


@pytest.mark.requirement("BAK-3")
@pytest.mark.parametrize(
    ("there", "todo"),
    [
        ({"dc1-bak-01": account("a"), "dc2-bak-01": account("b")}, []),
        ({"dc1-bak-01": account("a")}, [("create-user", "dc2-bak-01")]),
        ({"dc1-bak-01": account("old"), "dc2-bak-01": account("b")}, [("update-user", "dc1-bak-01")]),
        ({"dc1-bak-01": account("a", "admin"), "dc2-bak-01": account("b")}, [("update-user", "dc1-bak-01")]),
        ({"dc1-bak-01": account("a"), "dc2-bak-01": account("b"), "x": account("c")}, [("delete-user", "x")]),
    ],
    ids=["as_wanted", "missing", "other_secret", "more_rights", "one_too_many"],
)
def test_the_vault_has_the_servers_accounts_and_no_other(there: dict[str, Any], todo: list[tuple[str, str]]):
    assert ACCOUNT.differences(there, {"dc1-bak-01": "a", "dc2-bak-01": "b"}) == todo


@pytest.mark.requirement("BAK-3")
def test_a_bucket_s_policy_lets_nobody_take_a_version_or_a_lock_away():
    allowed = {action for each in BUCKET.policy("gnosjo", ["a"])["Statement"] for action in each["Action"]}
    assert not {
        action for action in allowed if action.startswith(("s3:DeleteObjectVersion", "s3:Bypass", "s3:PutBucket"))
    }
    assert not allowed & {"s3:*", "s3:DeleteBucket", "s3:PutObjectLegalHold", "s3:PutBucketObjectLockConfiguration"}
    assert BUCKET.lock(30)["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Days": 30}


@pytest.mark.requirement("BAK-2")
@pytest.mark.parametrize(
    ("said", "none"),
    [
        ("open repository: repository not initialized in the provided storage", True),
        ("unable to read format blob: error getting kopia.repository blob: BLOB not found", True),
        ("unable to open repository: invalid repository password", False),
        ("error getting kopia.repository blob: Access Denied.", False),
        ("dial tcp 10.67.8.17:7070: connect: connection refused", False),
    ],
    ids=["never_seen", "empty_bucket", "other_key", "account_refused", "vault_not_reachable"],
)
def test_a_repository_is_made_only_where_the_vault_says_that_there_is_none(said: str, none: bool):
    assert REPOSITORY.none_yet(said) is none


class FakeBucket:
    """A bucket that is there, with this lock and policy; notes what is asked of it."""

    def __init__(self, lock: Any, policy: Any) -> None:  # noqa: ANN401 - JSON
        self.name, self.client, self.asked = "gnosjo", self, []
        self._lock, self._policy = lock, policy

    def exists(self) -> bool:
        return True

    def lock(self) -> Any:  # noqa: ANN401
        return self._lock

    def policy(self) -> Any:  # noqa: ANN401
        return self._policy

    def put_object_lock_configuration(self, **_arguments: object) -> None:
        self.asked.append("lock")

    def put_bucket_policy(self, **_arguments: object) -> None:
        self.asked.append("policy")


def test_only_what_differs_of_a_bucket_is_touched_and_nothing_by_a_look():
    right = BUCKET.lock(30), BUCKET.policy("gnosjo", ["a"])
    for lock, policy, done in ((*right, []), (BUCKET.lock(1), right[1], ["lock"]), (right[0], None, ["policy"])):
        found = FakeBucket(lock, policy)
        assert BUCKET.bring(found, 30, ["a"], check=True) == done
        assert found.asked == []
        assert BUCKET.bring(found, 30, ["a"], check=False) == found.asked == done


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("objects/gnosjo", "versions", "metadata", "kept"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(os, "chown", lambda *_: None)  # to root, which only root can
    return tmp_path


def written(vault: Path, name: str, until: datetime | None) -> Path:
    """An object of the vault, locked until then."""
    path = vault / "objects" / "gnosjo" / name
    path.write_text(name)
    if until is not None:
        lock = vault / "metadata" / "gnosjo" / name / "meta" / "object-retention"
        lock.parent.mkdir(parents=True)
        lock.write_text(json.dumps({"Mode": "COMPLIANCE", "RetainUntilDate": f"{until:%Y-%m-%dT%H:%M:%S}.123Z"}))
    return path


@pytest.mark.requirement("BAK-3")
def test_a_locked_file_outlives_its_removal_from_the_store_until_the_lock_ends(vault: Path):
    later = datetime.now(UTC) + timedelta(days=30)
    locked, free = written(vault, "p1", later), written(vault, "_log", None)
    over = written(vault, "p2", datetime.now(UTC) - timedelta(days=1))
    KEEP.main(vault)
    locked.unlink()
    free.unlink()
    over.unlink()
    assert [path.read_text() for path in (vault / "kept").iterdir()] == ["p1"]
    KEEP.main(vault)
    assert [path.read_text() for path in (vault / "kept").iterdir()] == ["p1"]


@pytest.mark.requirement("GOV-2")
def test_a_file_whose_lock_has_ended_is_kept_no_longer(vault: Path):
    ended = datetime.now(UTC) - timedelta(minutes=1)
    (vault / "kept" / f"17-{ended:%Y%m%dT%H%M%SZ}").write_text("p3")
    KEEP.main(vault)
    assert [*(vault / "kept").iterdir()] == []


def copy(folder: str, taken: str) -> dict[str, Any]:
    return {"source": {"path": folder}, "startTime": taken}


COPIES = [
    copy("/etc", "2026-11-28T20:00:00.123456789Z"),
    copy("/srv", "2026-11-28T20:00:01Z"),
    copy("/etc", "2026-11-29T20:00:00Z"),
]


@pytest.mark.requirement("BAK-1")
@pytest.mark.parametrize(
    ("at", "path", "taken"),
    [
        (None, None, {"/etc": COPIES[2], "/srv": COPIES[1]}),
        ("2026-11-29T00:00:00", None, {"/etc": COPIES[0], "/srv": COPIES[1]}),
        ("2026-11-29T00:00:00+02:00", "/etc/ssh", {"/etc": COPIES[0]}),
        ("2026-11-28T20:00:00.5", None, {"/etc": COPIES[0]}),
        (None, "/etcetera", {}),
        ("2026-11-01T00:00:00", None, {}),
    ],
    ids=[
        "newest",
        "at_a_time",
        "a_path_in_a_folder",
        "before_the_second_folder",
        "name_that_begins_alike",
        "too_early",
    ],
)
def test_the_newest_copy_at_that_time_is_taken(at: str | None, path: str | None, taken: dict[str, Any]):
    assert RESTORE.chosen(COPIES, RESTORE.moment(at) if at else None, path) == taken


@pytest.mark.parametrize("change", ["content", "name", "mode", "target"])
def test_a_checksum_tells_every_difference(tmp_path: Path, change: str):
    def summed() -> str:
        digest = RESTORE.hashlib.sha256()
        RESTORE.checksum(tmp_path, digest)
        return str(digest.hexdigest())

    file, link = tmp_path / "a", tmp_path / "l"
    file.write_text("x")
    link.symlink_to("a")
    before = summed()
    assert summed() == before
    if change == "content":
        file.write_text("y")
    elif change == "name":
        file.rename(tmp_path / "b")
    elif change == "mode":
        file.chmod(0o600)
    else:
        link.unlink()
        link.symlink_to("b")
    assert summed() != before


def test_roles_want_the_versions_that_the_project_builds():
    wanted = {
        role: yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text())[f"{role}_version"]
        for role in ("backup_client", "backup_vault")
    }
    assert wanted == {"backup_client": KOPIA.version, "backup_vault": VERSITYGW.version}
