"""BAK-3: attempts against the vault are data, each refused for a reason that proves something."""

from __future__ import annotations

from pathlib import Path

import pytest

from backup.attempt import PROVES_NOTHING, Attempt, load_attempts
from operations.attack_log import Trace
from operations.errors import Differs, UserError
from operations.ransomware import Drill, Outcome, Restored, attack
from reference.errors import ArchitectureError

pytestmark = pytest.mark.requirement("BAK-3")

BAD = Path(__file__).parents[2] / "fixtures" / "backup"
MISTAKES = {
    "twice": ("attempts.yaml", "ATT-BUCKET-DELETE", "twice", "an id of its own"),
    "wrong_reason": ("ATT-BUCKET-DELETE", "SignatureDoesNotMatch", "proves nothing", "make it rightly"),
    "no_reason": ("ATT-BUCKET-DELETE", "'refused_with' is what refuses it"),
    "unknown_role": ("'vault' is no role of hosts", "right is one of", "backup-server"),
}
DELETE = Attempt(
    id="ATT-TEST", kind="s3", what="delete a version", operation="delete_object", refused_with=("AccessDenied",)
)
WRITE = Attempt(id="ATT-TEST", kind="harmless", what="write over an object", operation="put_object")
RESTORED = Restored("gis-bokning-db01", {"/srv": "2026-01-01T00:00:00Z"}, "abc", 1.0)


@pytest.fixture(scope="module")
def attempts() -> tuple[Attempt, ...]:
    return load_attempts()


def test_there_are_at_least_forty_different_ones_that_must_be_refused(attempts: tuple[Attempt, ...]):
    made = {(a.kind, a.by, a.operation, str(a.arguments), a.anonymous) for a in attempts if a.kind != "harmless"}
    assert len(made) == len([attempt for attempt in attempts if attempt.kind != "harmless"])
    assert len(made) >= 40


def test_ids_are_unique(attempts: tuple[Attempt, ...]):
    assert len({attempt.id for attempt in attempts}) == len(attempts)


def test_every_refusal_proves_something(attempts: tuple[Attempt, ...]):
    assert [a.id for a in attempts if a.kind != "harmless" and not a.refused_with] == []
    assert [a.id for a in attempts if PROVES_NOTHING & {*a.refused_with}] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_sentence(mistake: str):
    with pytest.raises(ArchitectureError) as refused:
        load_attempts(BAD / mistake)
    assert [part for part in MISTAKES[mistake] if part not in str(refused.value)] == []
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("outcome", "finding"),
    [
        (Outcome(DELETE, "dc1-bak-01", "AccessDenied", logged=True), ""),
        (Outcome(DELETE, "dc1-bak-01", "AccessDenied", logged=None), ""),
        (Outcome(DELETE, "dc1-bak-01", ""), "succeeded; right is AccessDenied"),
        (
            Outcome(DELETE, "dc1-bak-01", "InvalidAccessKeyId"),
            "was refused with InvalidAccessKeyId, which proves nothing",
        ),
        (Outcome(DELETE, "dc1-bak-01", "AccessDenied", logged=False), "is not in the log at DC3"),
        (Outcome(WRITE, "dc1-bak-01", "", logged=True), ""),
        (Outcome(WRITE, "dc1-bak-01", "SlowDown", logged=True), "right is that it succeeds and takes nothing away"),
    ],
)
def test_an_outcome_is_judged(outcome: Outcome, finding: str):
    assert finding in outcome.finding
    assert bool(finding) == bool(outcome.finding)


def test_all_that_is_wrong_is_named():
    outcomes = (Outcome(DELETE, "dc1-bak-01", ""), Outcome(DELETE, "dc2-bak-01", "AccessDenied", logged=True))
    drill = Drill(outcomes, RESTORED, RESTORED, changed=("kopia.repository",))
    with pytest.raises(
        Differs, match=r"(?s)ATT-TEST from dc1-bak-01 .* succeeded.*kopia.repository does not read back"
    ):
        drill.check()
    assert "dc2-bak-01" not in "".join(drill.findings)


def test_a_restore_that_is_other_than_before_is_named():
    other = Restored(RESTORED.host, RESTORED.copies, "other", 1.0)
    assert Drill((), RESTORED, other).findings == (
        "gis-bokning-db01 restored from the vault is other than before: other",
    )


def test_another_host_s_line_is_no_trace():
    lines = [("ggvv-vault", "vault gislaved 10.65.8.17 dc1-bak-01 s3_DeleteObject ggvv-drill-1:ATT-TEST - SigV4")]
    assert Trace("ggvv-drill-1", DELETE, "dc1-bak-01").is_in(lines, ["10.65.8.17"])
    assert not Trace("ggvv-drill-1", DELETE, "dc2-bak-01").is_in(lines, ["10.66.8.17"])
    assert not Trace("ggvv-drill-2", DELETE, "dc1-bak-01").is_in(lines, ["10.65.8.17"])


def test_nothing_but_a_lab_is_attacked():
    with pytest.raises(UserError, match="stack 'pilot': a drill attacks real hosts, so it runs in the lab only"):
        attack("pilot")
