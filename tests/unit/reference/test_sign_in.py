"""Who signs in to which hosts: each tier's own administrators, and nobody of the directory where it must not reach."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reference.architecture import Architecture
from reference.errors import ArchitectureError
from reference.handover import Handover, HandoverHost, undeployed
from reference.sign_in import SOURCE, computer_name, directory_domain, load_sign_ins, signing_in

FIXTURES = Path(__file__).parents[2] / "fixtures" / "reference" / "sign_ins"


@pytest.fixture(scope="module")
def handover(whole: Architecture) -> Handover:
    return undeployed(whole)


@pytest.fixture(scope="module")
def groups(handover: Handover) -> Callable[[HandoverHost], tuple[str, ...] | None]:
    lines = load_sign_ins()
    return lambda host: signing_in(host, handover, lines)


def named(handover: Handover, name: str) -> HandoverHost:
    return next(host for host in handover.hosts if host.name == name)


@pytest.mark.requirement("IDM-1", "FW-2")
def test_a_municipality_s_servers_let_in_its_own_operators_only(
    handover: Handover, groups: Callable[[HandoverHost], tuple[str, ...] | None]
):
    names = {(g.municipality, g.name) for g in handover.groups if g.concept == "administrators-tier1"}
    for host in (host for host in handover.hosts if host.role == "workload"):
        found = groups(host)
        assert found is not None
        assert [(host.municipality, name) for name in found if (host.municipality, name) in names]
        assert len(found) == 1


@pytest.mark.requirement("BAK-3")
@pytest.mark.parametrize("name", ["dc3-vault-01", "dc1-fw-01", "dc2-dc-01"])
def test_whoever_has_the_directory_has_not_the_vault_nor_the_firewalls(
    name: str, handover: Handover, groups: Callable[[HandoverHost], tuple[str, ...] | None]
):
    assert groups(named(handover, name)) is None


def test_everybody_s_operators_come_in_by_the_jump_hosts(
    handover: Handover, groups: Callable[[HandoverHost], tuple[str, ...] | None]
):
    tier1 = {group.name for group in handover.groups if group.concept == "administrators-tier1"}
    assert tier1 <= set(groups(named(handover, "dc1-jump-01")) or ())


def test_accounts_of_hosts_have_names_that_fit_and_differ(handover: Handover):
    names = [computer_name(host.name) for host in handover.hosts]
    assert max(map(len, names)) <= 15
    assert len({*names}) == len(names)


def test_the_directory_s_names_are_not_the_name_servers_own(handover: Handover):
    domain = directory_domain(handover)
    assert domain.name == f"ad.{handover.domain}"
    assert domain.realm == domain.name.upper()


def refused(name: str, tmp_path: Path) -> str:
    (tmp_path / SOURCE).write_text((FIXTURES / name).read_text())
    with pytest.raises(ArchitectureError) as caught:
        load_sign_ins(tmp_path)
    return str(caught.value)


def test_a_role_that_is_told_twice_is_refused(tmp_path: Path):
    assert "role 'workload' has 2 lines; right is one" in refused("role_twice.yaml", tmp_path)


def test_a_role_that_no_host_has_is_refused(tmp_path: Path):
    assert "role 'printer' has 1 lines; right is none" in refused("unknown_role.yaml", tmp_path)


def test_a_role_outside_that_has_groups_is_refused(tmp_path: Path):
    assert "found groups ['platform'] and outside True; right is one" in refused("outside_with_groups.yaml", tmp_path)


def test_a_group_that_is_not_declared_is_refused(handover: Handover):
    lines = tuple(
        line.model_copy(update={"groups": ("wizards",)}) if line.role == "jump" else line for line in load_sign_ins()
    )
    with pytest.raises(ArchitectureError, match=r"role 'jump' names group 'wizards', which is not declared; right is"):
        signing_in(named(handover, "dc1-jump-01"), handover, lines)
