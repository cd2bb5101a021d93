"""What the provider can't declare is a list of steps, and Graph's answer tells whether a step was done."""

from pathlib import Path
from typing import Any

import pytest

from identity.alerts import Alert, load_alerts
from identity.graph_permissions import load_permissions, permissions_for
from identity.manual_steps import Expectation, ManualStep, ReadBack, load_steps, steps_for
from identity.plan import IdentityPlan
from reference.errors import ArchitectureError
from reference.requirement import requirements

RULES = [
    {"id": "Expiration_EndUser_Assignment", "maximumDuration": "PT4H"},
    {"id": "Enablement_EndUser_Assignment", "enabledRules": ["MultiFactorAuthentication", "Justification"]},
]


def step(plan: IdentityPlan, id_: str, subject: str = "") -> ReadBack:
    [found] = [each.read_back for of, each in steps_for(plan) if (each.id, of) == (id_, subject)]
    assert found is not None
    return found


@pytest.mark.parametrize("each", [*load_steps(), *load_alerts()], ids=lambda each: each.id)
def test_every_step_and_alert_is_for_a_known_requirement(each: ManualStep | Alert):
    assert each.requirement in requirements()


def test_every_step_has_an_id_of_its_own():
    ids = [each.id for each in load_steps()]
    assert len(set(ids)) == len(ids)


def test_names_are_filled_in_for_each_municipality_account_and_role(plan: IdentityPlan):
    assert step(plan, "domain", "gnosjo").path == "/v1.0/domains/gnosjo.se"
    assert "'ggvv-vmo'" in step(plan, "unit-members", "varnamo").path
    keys = step(plan, "emergency-keys", "emergency-2").path
    assert keys == "/v1.0/users/ggvv-emergency-2@ggvv.onmicrosoft.com/authentication/fido2Methods"
    assert "roleDefinitionId eq '194ae4cb-b126-40b2-bd5b-6091b380977d'" in (
        step(plan, "role-settings", "security-administrator").path
    )
    assert not [text for _, each in steps_for(plan) for text in (each.what, *each.how) if "{" in text]


@pytest.mark.requirement("IDM-1")
def test_a_unit_s_rule_is_read_back_for_its_own_municipality(plan: IdentityPlan):
    read = step(plan, "unit-members", "gnosjo")
    unit = {
        "membershipType": "Dynamic",
        "membershipRule": '(user.extensionAttribute1 -eq "gno")',
        "membershipRuleProcessingState": "On",
    }
    assert read.findings({"value": [unit]}) == ()
    [found] = read.findings({"value": [unit | {"membershipRule": '(user.extensionAttribute1 -eq "vmo")'}]})
    assert "value.0.membershipRule" in found
    assert "right is '(user.extensionAttribute1 -eq \"gno\")'" in found


@pytest.mark.requirement("IDM-2")
def test_a_role_s_settings_are_found_among_its_rules(plan: IdentityPlan):
    read = step(plan, "role-settings", "security-reader")
    assert read.findings({"value": [{"policy": {"rules": RULES}}]}) == ()
    longer = [RULES[0] | {"maximumDuration": "PT8H"}, RULES[1] | {"enabledRules": ["Justification"]}]
    found = read.findings({"value": [{"policy": {"rules": longer}}]})
    assert ["PT8H" in found[0], "MultiFactorAuthentication" in found[1], len(found)] == [True, True, 2]


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize(("keys", "done"), [(0, False), (1, False), (2, True), (3, True)])
def test_an_emergency_account_has_two_keys(plan: IdentityPlan, keys: int, done: bool):
    answer = {"value": [{"id": str(n)} for n in range(keys)]}
    assert (step(plan, "emergency-keys", "emergency-1").findings(answer) == ()) is done


@pytest.mark.parametrize("answer", [{}, {"value": []}, {"value": None}, {"error": {"code": "NotFound"}}])
def test_an_answer_with_nothing_in_it_never_passes(plan: IdentityPlan, answer: dict[str, Any]):
    for subject, each in steps_for(plan):
        if each.read_back is not None:
            assert each.read_back.findings(answer), f"{each.id} {subject}"


@pytest.mark.parametrize("kinds", [{}, {"equals": "x", "at_least": 1}])
def test_an_expectation_is_of_exactly_one_kind(kinds: dict[str, Any]):
    with pytest.raises(ValueError, match="right is one of equals, contains, at_least"):
        Expectation(at=("value",), **kinds)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("neither_read_nor_unread", ("step 'domain'", "one of read_back and unread")),
        ("not_graph", ("read_back.path", "https://example.org")),
    ],
)
def test_a_mistake_is_told_in_a_plain_sentence(name: str, parts: tuple[str, ...], fixtures: Path):
    with pytest.raises(ArchitectureError) as refused:
        load_steps(fixtures / "manual_steps" / name)
    assert [part for part in parts if part not in str(refused.value)] == [], refused.value


@pytest.mark.requirement("SEC-2")
def test_the_use_of_an_emergency_account_is_told_within_minutes():
    [alert] = [alert for alert in load_alerts() if alert.id == "emergency-sign-in"]
    assert alert.within_minutes <= 5
    assert "soc" in alert.tell


def test_every_alert_is_told_to_a_declared_group(plan: IdentityPlan):
    for alert in load_alerts():
        for group in alert.tell:
            plan.directory.group(group)


@pytest.mark.requirement("GOV-1")
def test_a_check_needs_no_permission_to_write():
    assert permissions_for("read")
    assert not [name for name in permissions_for("read") if "Write" in name]


@pytest.mark.requirement("GOV-1")
def test_the_deployer_changes_only_applications_that_it_made():
    assert "Application.ReadWrite.OwnedBy" in permissions_for("deploy")
    assert "Application.ReadWrite.All" not in permissions_for("deploy")
    assert len({permission.name for permission in load_permissions()}) == len(load_permissions())
