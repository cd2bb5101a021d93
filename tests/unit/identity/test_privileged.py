"""IDM-2: privileged rights are had by eligibility, for hours, with approval; the plan can't lock everybody out."""

from pathlib import Path

import pytest

from identity.plan import IdentityPlan
from identity.privileged import load_plan
from identity.roles import PRIVILEGED
from identity.units import scoped_roles
from reference.errors import ArchitectureError


@pytest.mark.requirement("IDM-2")
def test_nobody_is_eligible_for_global_administrator(plan: IdentityPlan):
    """Only the emergency accounts hold it; everything else has a narrower role."""
    assert "global-administrator" not in {eligible.role for eligible in plan.privileged.eligible}


@pytest.mark.requirement("IDM-2")
def test_every_group_of_administrators_is_activated_for_a_working_day_at_most(plan: IdentityPlan):
    activated = plan.privileged.activation_of(plan.directory)
    without = {"emergency", "approvers"}  # standing: the accounts nobody uses, and those who only approve
    assert set(activated) == {g.key for g in plan.directory.groups if g.role_assignable and g.key not in without}
    assert {activation.hours for activation in activated.values()} <= set(range(1, 9))


@pytest.mark.requirement("IDM-2")
def test_whoever_approves_need_not_be_approved_first(plan: IdentityPlan):
    activated = plan.privileged.activation_of(plan.directory)
    assert {activation.approvers for activation in plan.privileged.activations}.isdisjoint(activated)


@pytest.mark.requirement("BAK-3")
def test_who_holds_a_role_in_the_directory_holds_none_in_backup(plan: IdentityPlan):
    assert "backup" not in {eligible.group for eligible in plan.privileged.eligible}


@pytest.mark.requirement("IDM-1")
def test_a_municipality_s_own_administrators_are_activated_before_they_reach_its_unit(plan: IdentityPlan):
    activated = plan.privileged.activation_of(plan.directory)
    for scoped in scoped_roles():
        assert scoped.role in PRIVILEGED
        for group in plan.directory.select(scoped.group):
            assert group.role_assignable
            assert group.key in activated


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("unknown_group", ("'platfrom' is not declared", "did you mean platform?")),
        ("unknown_role", ("'security-admin' is not declared", "did you mean security-administrator?")),
        ("standing_member", ("group 'soc' is eligible for security-reader", "not activated", "add the group there")),
        ("unprotected_group", ("group 'pilot' is eligible", "not `protected`", "reference/directory.yaml")),
        ("circle_of_approvers", ("'platform' approves soc", "must itself be activated", "name another")),
        ("group_twice", ("group 'platform' is in two activations", "remove one")),
        ("too_many_hours", ("activations.0.hours", "found 48", "less than or equal to 23")),
    ],
)
def test_a_mistake_is_told_in_a_plain_sentence(name: str, parts: tuple[str, ...], plan: IdentityPlan, fixtures: Path):
    with pytest.raises(ArchitectureError) as refused:
        load_plan(fixtures / "privileged" / name).check(plan.directory)
    assert [part for part in parts if part not in str(refused.value)] == [], refused.value
