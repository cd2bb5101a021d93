"""The backup plan (BAK-1 to BAK-3, GOV-2): each server in one class, kept and locked as long as it must and may be."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reference.architecture import Architecture
from reference.backup_checks import backup_findings
from reference.backup_plan import BackupPlan, Cadence, days_kept
from reference.data import load
from reference.definitions import Definitions
from reference.errors import ArchitectureError, refuse
from reference.host import HostRole

Build = Callable[..., Architecture]

MISTAKES = {
    "rpo_shorter_than_the_schedule": (
        "BAK-SERVERS may lose 1 hours (`rpo_hours`), but is copied daily at most; right is a cadence of 1 h",
    ),
    "lock_longer_than_retention_allows": (
        "BAK-SERVERS is locked for 401 days (`lock_days`), but may be kept for 400 only (`longest_days`, GDPR",
        "weekly copies are kept for 35 only",
        "monthly copies are kept for 93 only",
    ),
    "lock_shorter_than_the_least": ("BAK-SERVERS is locked for 7 days (`lock_days`); right is at least 30",),
    "lock_longer_than_copies_are_kept": (
        "BAK-SERVERS is locked for 36 days (`lock_days`), but weekly copies are kept for 35 only; keep more of them",
    ),
    "kept_longer_than_allowed": (
        "BAK-LOGS keeps yearly copies (vault) for 3660 days, but nothing may be kept longer than 400 (`longest_days`",
    ),
    "covered_by_no_class": ("servers of gnosjo, data, normal are in no class; right is exactly one class",),
    "covered_by_two_classes": (
        *(
            f"servers of {municipality}, web, {criticality} are in BAK-DATABASES and BAK-SERVERS; right is exactly one"
            for municipality in ("gislaved", "gnosjo", "varnamo", "vaggeryd")
            for criticality in ("must-run", "important")
        ),
    ),
    "role_left_out_and_covered": ("backup-vault is left out and in BAK-LOGS; remove one of the two",),
    "class_twice": ("the class BAK-DIRECTORY is there 2 times; give each its own id",),
    "unknown_municipality": (
        *(f"servers of {m}, data, normal are in no class" for m in ("gislaved", "gnosjo", "varnamo", "vaggeryd")),
        "BAK-DATA-NORMAL names 'gnosjö'; right is one of gislaved, gnosjo, varnamo, vaggeryd; correct it",
    ),
    "unknown_group": ("BAK-LOGS is restored by 'backups', which is no group of directory.yaml; correct it",),
    "nothing_in_the_vault": (
        "right are 3; one medium, right are two; no copy at a site without workloads; no copy is immutable",
    ),
    "vault_without_lock": (
        *(f"BAK-{name} breaks the 3-2-1-1-0 rule: no copy is immutable" for name in ("DATABASES", "SERVERS")),
        *(f"BAK-{name} breaks the 3-2-1-1-0 rule: no copy is imm" for name in ("DATA-NORMAL", "DIRECTORY")),
        *(f"BAK-{name} breaks the 3-2-1-1-0 rule: no copy is imm" for name in ("INFRASTRUCTURE", "LOGS")),
    ),
    "vault_in_an_active_zone": (
        *(f"BAK-{name} breaks the 3-2-1-1-0 rule: no copy at a site without" for name in ("DATABASES", "SERVERS")),
        *(f"BAK-{name} breaks the 3-2-1-1-0 rule: no copy at a site" for name in ("DATA-NORMAL", "DIRECTORY")),
        *(f"BAK-{name} breaks the 3-2-1-1-0 rule: no copy at a site" for name in ("INFRASTRUCTURE", "LOGS")),
    ),
    "restores_tested_once_a_year": ("`restore_test_days` is 365; right is at most 92",),
}
"""Each fixture, and what each of its sentences says."""


@pytest.fixture(scope="module")
def plan(definitions: Definitions) -> BackupPlan:
    return definitions.backup


def changed(plan: BackupPlan, fixture: Path) -> dict[str, Any]:
    """The plan as a document, with what the fixture changes; classes by their ids."""
    document, changes = plan.model_dump(mode="json"), yaml.safe_load(fixture.read_text(encoding="utf-8"))
    own = changes.pop("classes", {})
    classes = [{**each, **own.get(each["id"], {})} for each in document["classes"]]
    return {**document, **changes, "classes": classes}


def findings(plan: BackupPlan, definitions: Definitions) -> list[str]:
    groups = [kind.concept for kind in definitions.groups]
    return list(backup_findings(plan, definitions.sites, definitions.municipalities.ids, groups))


@pytest.mark.requirement("BAK-1", "BAK-2", "BAK-3", "GOV-2")
@pytest.mark.parametrize("name", MISTAKES)
def test_a_plan_that_does_not_hold_is_refused_with_what_is_wrong(
    plan: BackupPlan, definitions: Definitions, fixtures: Path, name: str
):
    found = findings(BackupPlan(**changed(plan, fixtures / "backup" / f"{name}.yaml")), definitions)
    assert len(found) == len(MISTAKES[name]), found
    for sentence, words in zip(found, MISTAKES[name], strict=True):
        assert sentence.startswith("backup.yaml: ")
        assert words in sentence


def test_a_word_that_is_no_cadence_is_one_sentence(plan: BackupPlan, fixtures: Path, tmp_path: Path):
    document = changed(plan, fixtures / "backup" / "unknown_cadence.yaml")
    (tmp_path / "backup.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ArchitectureError) as caught:
        load("backup.yaml", BackupPlan, tmp_path)
    assert "found 'nightly'; right is one of hourly, daily, weekly, monthly, yearly" in str(caught.value)


def test_every_bad_plan_has_its_sentence(fixtures: Path):
    assert {path.stem for path in (fixtures / "backup").iterdir()} == {*MISTAKES, "unknown_cadence"}


@pytest.mark.requirement("BAK-1")
def test_a_stack_is_refused_for_a_bad_plan(build: Build, plan: BackupPlan, definitions: Definitions, fixtures: Path):
    bad = BackupPlan(**changed(plan, fixtures / "backup" / "lock_shorter_than_the_least.yaml"))
    with pytest.raises(ArchitectureError, match=r"BAK-SERVERS is locked for 7 days"):
        build(definitions=definitions.model_copy(update={"backup": bad}))


@pytest.mark.requirement("BAK-1", "BAK-2")
def test_the_plan_holds_and_every_server_and_role_but_the_vault_is_in_it(whole: Architecture, plan: BackupPlan):
    refuse(findings(plan, whole.definitions))
    assert {
        each.id
        for each in plan.classes
        for server in whole.servers
        if each.covers(server.municipality, server.tier, server.criticality)
    } == {
        "BAK-DATABASES",
        "BAK-SERVERS",
        "BAK-DATA-NORMAL",
    }
    assert {role for each in plan.classes for role in each.hosts} == {*HostRole} - {HostRole.BACKUP_VAULT}


KEEPINGS = st.dictionaries(st.sampled_from(Cadence), st.integers(1, 60), min_size=1)


@given(KEEPINGS, st.integers(1, 4000))
def test_no_copy_grows_older_than_it_may(
    plan: BackupPlan, definitions: Definitions, keeping: dict[Cadence, int], longest: int
):
    """Whatever is kept how often: accepted is only what is gone in time."""
    first = plan.classes[0].model_copy(update={"vault": keeping, "longest_days": longest})
    bad = plan.model_copy(update={"classes": (first, *plan.classes[1:])})
    too_old = max(days_kept(keeping).values()) > longest or max(days_kept(first.local).values()) > longest
    told = [sentence for sentence in findings(bad, definitions) if "nothing may be kept longer" in sentence]
    assert bool(told) is too_old


@pytest.mark.parametrize(("longest", "refused"), [(34, True), (35, False)])
def test_copies_may_grow_just_as_old_as_they_may(
    plan: BackupPlan, definitions: Definitions, longest: int, refused: bool
):
    """Five weekly copies are gone after 35 days."""
    first = plan.classes[0].model_copy(update={"vault": {Cadence.WEEKLY: 5}, "longest_days": longest})
    told = findings(plan.model_copy(update={"classes": (first, *plan.classes[1:])}), definitions)
    assert any("nothing may be kept longer" in sentence for sentence in told) is refused


@pytest.mark.requirement("BAK-1", "BAK-2", "CAP-1")
def test_the_space_for_backups_is_the_first_copy_and_what_changes_until_the_last(whole: Architecture):
    data = {
        (zone, tier, criticality): sum(
            s.disk_gib for s in whole.servers if (s.zone, s.tier, s.criticality) == (zone, tier, criticality)
        )
        for zone in ("dc1", "dc2")
        for tier in ("web", "app", "data")
        for criticality in ("must-run", "important", "normal")
    }
    databases = sum(data["dc1", "data", level] for level in ("must-run", "important"))
    section = whole.capacity.section("backup dc1")
    assert section.value("BAK-DATABASES") == pytest.approx(databases * 1.3 * 0.6 * (1 + 2 * 0.03 + 14 * 0.03), abs=2)
    both = databases + sum(data["dc2", "data", level] for level in ("must-run", "important"))
    vault = whole.capacity.section("backup dc3")
    assert vault.value("BAK-DATABASES") == pytest.approx(both * 1.3 * 0.6 * (1 + 5 * 0.08 + 12 * 0.15), abs=4)
    for each in (section, vault):
        kept = sum(line.value for line in each.lines if line.label.startswith("BAK-"))
        assert each.value("needed") == ceil(kept / 2)
    assert whole.backup_space_gib("dc3") == vault.value("needed")


@pytest.mark.requirement("BAK-1")
def test_hosts_of_a_site_without_backup_server_are_kept_in_the_first_zone(whole: Architecture):
    logs = {site: sum(h.disk_gib for h in whole.hosts if h.site == site and "log" in h.role) for site in ("dc1", "dc3")}
    found = whole.capacity.section("backup dc1").value("BAK-LOGS")
    assert found == pytest.approx((logs["dc1"] + logs["dc3"]) * 0.6 * (1 + 14 * 0.03), abs=1)


@pytest.mark.requirement("CAP-1", "BAK-2")
def test_declared_space_that_does_not_do_is_refused(build: Build):
    def sites(tib: float) -> dict[str, object]:
        return {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2, "backup_tib": tib}}

    build(sites=sites(218))
    with pytest.raises(ArchitectureError, match=r"dc3: found 200 TiB for backups, needed are 217.8 TiB .* to 218"):
        build(sites=sites(200))
