"""IDM-2, IDM-4: the matrix of sign-ins, and that no part of a policy can go without a row that fails."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from identity.conditional_access import EffectivePolicy, fully_enforced, load_policies
from identity.conditional_access.evaluator import WhatIf
from identity.conditional_access.limits import limits
from identity.conditional_access.loading import FOLDER
from identity.conditional_access.policy import Rule
from identity.conditional_access.vocabulary import State
from identity.plan import IdentityPlan
from identity.sign_ins import Row, load_sign_ins
from reference.errors import ArchitectureError
from tests.mutation.policies import mutants

POLICY_IDS = sorted(path.name.split("-")[0] for path in FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def rows(plan: IdentityPlan) -> tuple[Row, ...]:
    return load_sign_ins(plan.known)


@pytest.fixture(scope="module")
def enforced(plan: IdentityPlan) -> dict[str, EffectivePolicy]:
    """Every policy, enforced, by id."""
    return {policy.id: policy for policy in fully_enforced(plan.policies)}


def evaluator(plan: IdentityPlan, policies: Iterable[EffectivePolicy]) -> WhatIf:
    return WhatIf(policies, locations=plan.known.locations, strengths=plan.known.strengths)


def noticed(rows: Iterable[Row], what_if: WhatIf) -> bool:
    return any(row.enforced.differences(what_if.evaluate(row.sign_in)) for row in rows)


def refused(mutant: EffectivePolicy, plan: IdentityPlan) -> bool:
    """Whether such a policy would not be loaded."""
    declared = next(policy for policy in plan.policies if policy.id == mutant.id)
    changed = {field: getattr(mutant, field) for field in Rule.model_fields}
    return any(limits(declared.model_copy(update=changed), plan.known))


@pytest.mark.requirement("IDM-2")
@pytest.mark.requirement("IDM-4")
def test_each_sign_in_gets_its_verdict_when_all_is_enforced(
    plan: IdentityPlan, rows: tuple[Row, ...], enforced: dict[str, EffectivePolicy]
):
    what_if = evaluator(plan, enforced.values())
    wrong = {row.name: row.enforced.differences(what_if.evaluate(row.sign_in)) for row in rows}
    assert {name: differences for name, differences in wrong.items() if differences} == {}


@pytest.mark.requirement("MIG-1")
def test_each_sign_in_gets_its_verdict_where_the_policies_stand_by_themselves(
    plan: IdentityPlan, rows: tuple[Row, ...]
):
    what_if = evaluator(plan, plan.effective)
    wrong = {row.name: row.default.differences(what_if.evaluate(row.sign_in)) for row in rows}
    assert {name: differences for name, differences in wrong.items() if differences} == {}


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize("policy", POLICY_IDS)
def test_no_policy_can_be_removed_or_left_unenforced_unnoticed(
    policy: str, plan: IdentityPlan, rows: tuple[Row, ...], enforced: dict[str, EffectivePolicy]
):
    others = [each for each in enforced.values() if each.id != policy]
    assert noticed(rows, evaluator(plan, others))
    for state in (State.DISABLED, State.REPORT_ONLY):
        assert noticed(rows, evaluator(plan, [*others, enforced[policy].model_copy(update={"state": state})])), state


@pytest.mark.requirement("IDM-2")
@pytest.mark.requirement("IDM-4")
@pytest.mark.parametrize("policy", POLICY_IDS)
def test_no_condition_or_control_can_be_changed_unnoticed(
    policy: str, plan: IdentityPlan, rows: tuple[Row, ...], enforced: dict[str, EffectivePolicy]
):
    others = [each for each in enforced.values() if each.id != policy]
    changes = dict(mutants(enforced[policy]))
    assert changes
    survivors = [
        what
        for what, mutant in changes.items()
        if not refused(mutant, plan) and not noticed(rows, evaluator(plan, [*others, mutant]))
    ]
    assert survivors == []


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize("country", ["DK", "FI", "NO", "SE"])
def test_no_allowed_country_can_be_dropped_unnoticed(
    country: str, plan: IdentityPlan, rows: tuple[Row, ...], enforced: dict[str, EffectivePolicy]
):
    allowed = plan.known.locations["allowed-countries"]
    assert country in allowed.countries
    fewer = allowed.model_copy(update={"countries": tuple(each for each in allowed.countries if each != country)})
    locations = {**plan.known.locations, "allowed-countries": fewer}
    assert noticed(rows, WhatIf(enforced.values(), locations=locations, strengths=plan.known.strengths))


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize(
    ("strength", "method"),
    [
        (strength, method)
        for strength, methods in (
            ("phishing-resistant", ("fido2", "windows-hello", "certificate")),
            ("first-registration", ("temporary-access-pass", "fido2", "windows-hello", "certificate")),
        )
        for method in methods
    ],
)
def test_no_method_of_a_strength_can_be_dropped_unnoticed(
    strength: str, method: str, plan: IdentityPlan, rows: tuple[Row, ...], enforced: dict[str, EffectivePolicy]
):
    declared = plan.known.strengths[strength]
    assert method in declared.methods
    weaker = declared.model_copy(update={"methods": tuple(each for each in declared.methods if each != method)})
    strengths = {**plan.known.strengths, strength: weaker}
    assert noticed(rows, WhatIf(enforced.values(), locations=plan.known.locations, strengths=strengths))


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize("municipality", ["gislaved", "gnosjo", "vaggeryd", "varnamo"])
def test_each_municipality_is_tried(municipality: str, rows: tuple[Row, ...]):
    tried = [row for row in rows if any(key.endswith(f"/{municipality}") for key in row.sign_in.groups)]
    assert len(tried) >= 20


def test_every_group_and_role_that_a_policy_names_is_in_a_row(plan: IdentityPlan, rows: tuple[Row, ...]):
    tried = {key for row in rows for key in (*row.sign_in.groups, *row.sign_in.roles)}
    scopes = [policy.users for policy in plan.policies if policy.users is not None]
    named = {
        key for scope in scopes for users in (scope.include, scope.exclude) for key in (*users.groups, *users.roles)
    }
    assert named - tried == set()


def test_names_of_rows_are_unique(rows: tuple[Row, ...]):
    assert len({row.name for row in rows}) == len(rows) >= 70


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("unknown_person", ("person 'stuff' is not declared", "did you mean staff?")),
        ("unknown_device", ("device 'compliantt' is not declared", "did you mean compliant?")),
        ("unknown_group", ("group 'platfrom' is not declared", "did you mean platform?")),
        ("unknown_application", ("application 'itms' is not declared", "did you mean itsm?")),
        ("unknown_platform", ("sign_ins.yaml: staff: `platform`", "found 'os2'", "correct the value")),
        ("unknown_outcome", ("`lines.0.enforced.outcome`", "found 'maybe'", "block, grant")),
        ("unknown_key", ("`lines.0.devise`", "did you mean device?")),
    ],
)
def test_a_mistake_in_the_matrix_is_told_in_a_plain_sentence(
    name: str, parts: tuple[str, ...], plan: IdentityPlan, fixtures: Path
):
    with pytest.raises(ArchitectureError) as refused:
        load_sign_ins(plan.known, fixtures / "sign_ins" / name)
    assert [part for part in parts if part not in str(refused.value)] == [], str(refused.value)


@pytest.mark.requirement("IDM-2")
def test_a_declared_set_without_one_policy_still_loads_so_that_the_matrix_is_what_notices(
    plan: IdentityPlan, tmp_path: Path
):
    for path in FOLDER.glob("*.yaml"):
        if not path.name.startswith("CAU002"):
            (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(load_policies(known=plan.known, folder=tmp_path)) == len(plan.policies) - 1
