"""IDM-2, IDM-4: what Conditional Access answers to a sign-in, and the answer in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.conditional_access import EffectivePolicy, Unsupported, fully_enforced
from identity.conditional_access.device_filter import Device
from identity.conditional_access.terms import load_locations, load_strengths
from identity.conditional_access.vocabulary import Client, Flow, Method, Platform, Risk, State, Trust, UserAction
from identity.plan import IdentityPlan
from identity.what_if import Kind, Outcome, SignIn, WhatIf, explain

LOCATIONS, STRENGTHS = load_locations(), load_strengths()
UNKNOWN = Unsupported(id="CAU099", state=State.ENABLED, reasons=("conditions.moonPhase",))


def evaluator(*policies: EffectivePolicy | Unsupported) -> WhatIf:
    return WhatIf(policies, locations=LOCATIONS, strengths=STRENGTHS)


def policy(id_: str = "CAU001", **said: Any) -> EffectivePolicy:  # noqa: ANN401 - any part of a policy
    """A policy that asks everyone for MFA everywhere, with what a test wants changed."""
    asks: dict[str, Any] = {
        "state": "enabled",
        "users": {"include": {"everyone": True}},
        "applications": {"include": ["all"]},
        "grant": {"all_of": ["mfa"]},
    }
    return EffectivePolicy.model_validate({"id": id_, **asks, **said})


BLOCK = {"all_of": ["block"]}
STAFF = SignIn(groups=frozenset({"staff/gnosjo"}))


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"users": {"include": {"groups": ["soc"]}}}, "users: not included"),
        ({"users": {"include": {"roles": ["global-administrator"]}}}, "users: not included"),
        ({"users": {"include": {"guests": True}}}, "users: not included"),
        (
            {"users": {"include": {"everyone": True}, "exclude": {"groups": ["staff/gnosjo"]}}},
            "users: excluded as staff/gnosjo",
        ),
        ({"applications": {"include": ["itsm"]}}, "applications: office365 is not included"),
        ({"applications": {"include": ["all"], "exclude": ["office365"]}}, "applications: office365 is excluded"),
        ({"applications": None, "user_actions": ["register-device"]}, "user actions: none of these"),
        ({"users": None, "service_principals": "all"}, "service principals: a user signs in"),
        ({"conditions": {"clients": ["other"]}}, "clients: browser"),
        ({"conditions": {"platforms": {"include": ["ios"]}}}, "platforms: windows is not included"),
        ({"conditions": {"platforms": {"exclude": ["windows"]}}}, "platforms: windows is excluded"),
        ({"conditions": {"locations": {"include": ["trusted"]}}}, "locations: SE is not included"),
        ({"conditions": {"locations": {"exclude": ["allowed-countries"]}}}, "locations: excluded as allowed-countries"),
        (
            {"conditions": {"devices": {"mode": "include", "clauses": [{"attribute": "compliant", "value": "yes"}]}}},
            "devices: the filter leaves this device out",
        ),
        ({"conditions": {"sign_in_risk": ["high"]}}, "sign-in risk: none"),
        ({"conditions": {"user_risk": ["high"]}}, "user risk: none"),
        ({"conditions": {"flows": ["device-code"]}}, "flows: none"),
    ],
)
def test_a_policy_applies_only_where_all_of_it_does_and_the_first_that_fails_is_told(said: dict[str, Any], reason: str):
    verdict = evaluator(policy(**said)).evaluate(STAFF)
    assert verdict.outcome is Outcome.NOT_COVERED
    assert verdict.misses == {"CAU001": reason}


@pytest.mark.requirement("IDM-2")
def test_a_user_s_policy_never_applies_to_a_service_principal():
    verdict = evaluator(policy(grant=BLOCK)).evaluate(SignIn(kind=Kind.SERVICE_PRINCIPAL))
    assert verdict.misses == {"CAU001": "users: a service principal signs in"}


@pytest.mark.requirement("IDM-2")
def test_a_user_action_is_not_a_sign_in_to_an_application():
    sign_in = STAFF.model_copy(update={"user_action": UserAction.REGISTER_DEVICE})
    assert evaluator(policy()).evaluate(sign_in).misses == {"CAU001": "applications: register-device is a user action"}


@pytest.mark.requirement("IDM-2")
def test_an_unknown_platform_is_among_all_but_the_named_ones():
    named = policy(conditions={"platforms": {"exclude": ["windows", "ios"]}})
    assert evaluator(named).evaluate(STAFF.model_copy(update={"platform": Platform.UNKNOWN})).hits == ("CAU001",)


@pytest.mark.requirement("IDM-2")
def test_what_all_policies_ask_for_is_asked_together():
    verdict = evaluator(
        policy("CAU001"),
        policy("CAU002", grant={"all_of": ["phishing-resistant"]}),
        policy("CAD001", grant={"any_of": ["compliant-device", "joined-device"]}),
        policy("CAU003", grant={"all_of": ["mfa"]}),
    ).evaluate(STAFF)
    assert verdict.outcome is Outcome.GRANT
    assert {need.text: need.policies for need in verdict.needs} == {
        "compliant-device or joined-device": ("CAD001",),
        "mfa": ("CAU001", "CAU003"),
        "phishing-resistant": ("CAU002",),
    }
    assert [need.text for need in verdict.missing] == ["compliant-device or joined-device", "phishing-resistant"]
    assert not verdict.admitted


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize(
    ("control", "sign_in", "met"),
    [
        ("mfa", SignIn(method=Method.PASSWORD), False),
        ("mfa", SignIn(method=Method.SMS), True),
        ("phishing-resistant", SignIn(method=Method.AUTHENTICATOR), False),
        ("phishing-resistant", SignIn(method=Method.TEMPORARY_ACCESS_PASS), False),
        ("phishing-resistant", SignIn(method=Method.WINDOWS_HELLO), True),
        ("first-registration", SignIn(method=Method.TEMPORARY_ACCESS_PASS), True),
        ("compliant-device", SignIn(device=Device(trust=Trust.HYBRID)), False),
        ("compliant-device", SignIn(device=Device(trust=Trust.JOINED, compliant=True)), True),
        ("joined-device", SignIn(device=Device(trust=Trust.HYBRID)), True),
        ("joined-device", SignIn(device=Device(trust=Trust.JOINED, compliant=True)), False),  # cloud-only is not meant
    ],
)
def test_what_meets_a_control(control: str, sign_in: SignIn, *, met: bool):
    assert evaluator(policy(grant={"all_of": [control]})).evaluate(sign_in).admitted is met


@pytest.mark.requirement("IDM-4")
def test_of_several_sessions_the_strictest_holds():
    verdict = evaluator(
        policy("CAU001", session={"sign_in_frequency_hours": 12}),
        policy("CAU002", session={"sign_in_frequency_hours": 4, "persistent_browser": "always"}),
        policy("CAU003", session={"persistent_browser": "never"}),
    ).evaluate(STAFF)
    assert explain(verdict).session == ("sign in every 4 h", "no persistent browser")
    every_time = evaluator(
        policy(session={"sign_in_every_time": True}), policy("CAU002", session={"sign_in_frequency_hours": 1})
    )
    assert explain(every_time.evaluate(STAFF)).session == ("sign in every time",)


@pytest.mark.requirement("IDM-2")
def test_a_report_only_policy_is_told_apart_and_a_disabled_one_not_at_all():
    verdict = evaluator(policy(state="report-only", grant=BLOCK), policy("CAU002", state="disabled")).evaluate(STAFF)
    assert (verdict.outcome, verdict.hits, verdict.report_only) == (Outcome.NOT_COVERED, (), ("CAU001",))
    assert verdict.misses == {}


@pytest.mark.requirement("GOV-3")
def test_what_is_not_known_is_unsupported_and_never_taken_for_not_applying():
    verdict = evaluator(policy(), UNKNOWN).evaluate(STAFF)
    assert (verdict.outcome, verdict.unknown, verdict.admitted) == (Outcome.UNSUPPORTED, (UNKNOWN,), False)


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize(
    "said",
    [
        {"conditions": {"locations": {"exclude": ["office"]}}},
        {"grant": {"all_of": ["terms-of-use"]}},
    ],
)
def test_a_word_that_nobody_declared_is_unsupported(said: dict[str, Any]):
    verdict = evaluator(policy(**said)).evaluate(STAFF)
    assert verdict.outcome is Outcome.UNSUPPORTED
    assert "is not" in verdict.unknown[0].reasons[0]


@pytest.mark.requirement("GOV-3")
def test_a_block_is_certain_whatever_else_is_unknown():
    assert evaluator(policy(grant=BLOCK), UNKNOWN).evaluate(STAFF).outcome is Outcome.BLOCK


@pytest.mark.requirement("GOV-3")
@pytest.mark.parametrize("state", [State.REPORT_ONLY, State.DISABLED])
def test_an_unknown_policy_that_is_not_enforced_decides_nothing(state: State):
    verdict = evaluator(policy(), UNKNOWN.model_copy(update={"state": state})).evaluate(STAFF)
    assert verdict.outcome is Outcome.GRANT
    assert len(verdict.unknown) == (state is State.REPORT_ONLY)


# Properties of every evaluation, over the declared policies and sign-ins of any kind.


@pytest.fixture(scope="module")
def declared(plan: IdentityPlan) -> tuple[EffectivePolicy, ...]:
    return fully_enforced(plan.policies)


@pytest.fixture(scope="module")
def draw_sign_in(plan: IdentityPlan) -> st.SearchStrategy[SignIn]:
    return sign_ins(group.key for group in plan.directory.groups)


@pytest.mark.requirement("IDM-2")
@given(data=st.data())
def test_an_emergency_account_is_never_hit(
    declared: tuple[EffectivePolicy, ...],
    draw_sign_in: st.SearchStrategy[SignIn],
    data: st.DataObject,
):
    sign_in = data.draw(draw_sign_in.filter(lambda each: each.kind is not Kind.SERVICE_PRINCIPAL))
    emergency = sign_in.model_copy(update={"groups": sign_in.groups | {"emergency"}})
    assert evaluator(*declared).evaluate(emergency).outcome is Outcome.NOT_COVERED


@given(data=st.data())
def test_adding_an_exclusion_never_adds_a_hit(
    declared: tuple[EffectivePolicy, ...],
    draw_sign_in: st.SearchStrategy[SignIn],
    data: st.DataObject,
):
    sign_in = data.draw(draw_sign_in)
    chosen = data.draw(st.sampled_from([each for each in declared if each.users is not None]))
    group = data.draw(st.sampled_from(sorted(sign_in.groups) or ["pilot"]))
    narrower = [excluding(each, group) if each is chosen else each for each in declared]
    before, after = (evaluator(*policies).evaluate(sign_in).hits for policies in (declared, narrower))
    assert set(after) <= set(before)
    assert chosen.id not in after or group not in sign_in.groups


@given(data=st.data())
def test_a_block_wins_over_everything(
    declared: tuple[EffectivePolicy, ...],
    draw_sign_in: st.SearchStrategy[SignIn],
    data: st.DataObject,
):
    sign_in = data.draw(draw_sign_in)
    verdict = evaluator(*declared, UNKNOWN).evaluate(sign_in)
    blocks = {each.id for each in declared if each.grant is not None and each.grant.blocks}
    assert (verdict.outcome is Outcome.BLOCK) == bool(blocks & set(verdict.hits))
    assert set(verdict.blocking) == blocks & set(verdict.hits)


@given(data=st.data())
def test_the_order_of_policies_has_no_meaning(
    declared: tuple[EffectivePolicy, ...],
    draw_sign_in: st.SearchStrategy[SignIn],
    data: st.DataObject,
):
    sign_in, shuffled = data.draw(draw_sign_in), data.draw(st.permutations(declared))
    assert evaluator(*shuffled).evaluate(sign_in) == evaluator(*declared).evaluate(sign_in)


@given(data=st.data())
def test_every_enforced_policy_either_hits_or_says_why_not(
    declared: tuple[EffectivePolicy, ...],
    draw_sign_in: st.SearchStrategy[SignIn],
    data: st.DataObject,
):
    verdict = evaluator(*declared).evaluate(data.draw(draw_sign_in))
    assert sorted([*verdict.hits, *verdict.misses]) == sorted(each.id for each in declared)


def excluding(chosen: EffectivePolicy, group: str) -> EffectivePolicy:
    assert chosen.users is not None
    exclude = chosen.users.exclude.model_copy(update={"groups": (*chosen.users.exclude.groups, group)})
    return chosen.model_copy(update={"users": chosen.users.model_copy(update={"exclude": exclude})})


def sign_ins(groups: Iterable[str]) -> st.SearchStrategy[SignIn]:
    """Sign-ins of every kind, by people in any of these groups."""
    devices = st.just(Device()) | st.builds(
        Device,
        trust=st.sampled_from(Trust),
        compliant=st.booleans(),
        kind=st.sampled_from([None, "privileged", "school"]),
    )
    return st.builds(
        SignIn,
        kind=st.sampled_from(Kind),
        groups=st.frozensets(st.sampled_from(sorted(groups)), max_size=3),
        roles=st.frozensets(st.sampled_from(["global-administrator", "security-reader", "teams-administrator"])),
        application=st.sampled_from(["office365", "itsm", "vpn", "admin-portals", "azure-management"]),
        user_action=st.none() | st.sampled_from(UserAction),
        client=st.sampled_from(Client),
        platform=st.sampled_from(Platform),
        device=devices,
        country=st.sampled_from(["SE", "NO", "DE", "US", None]),
        trusted=st.booleans(),
        sign_in_risk=st.sampled_from(Risk),
        user_risk=st.sampled_from(Risk),
        flow=st.none() | st.sampled_from(Flow),
        method=st.sampled_from(Method),
    )


@pytest.mark.requirement("IDM-2")
def test_a_verdict_is_explained_in_words(plan: IdentityPlan):
    what_if = WhatIf(plan.effective, locations=LOCATIONS, strengths=STRENGTHS)
    told = explain(what_if.evaluate(STAFF.model_copy(update={"method": Method.PASSWORD})), plan.policies)
    assert told.answer == "not let in: mfa is missing"
    assert told.needs == ("mfa (CAU001)",)
    assert told.hits[0].startswith("CAU001 MFA for all: A password alone is guessed")
    assert "CAP001 Block legacy protocols: clients: browser" in told.misses


@pytest.mark.parametrize(
    ("policies", "answer"),
    [
        ((policy(),), "let in"),
        ((), "let in: no enforced policy covers this sign-in"),
        ((policy(grant=BLOCK), policy("CAU002", grant=BLOCK)), "blocked by CAU001, CAU002"),
        ((UNKNOWN,), "not known: CAU099 can't be evaluated"),
    ],
)
def test_each_outcome_has_an_answer(policies: tuple[EffectivePolicy | Unsupported, ...], answer: str):
    assert explain(evaluator(*policies).evaluate(STAFF)).answer == answer


def test_what_is_unknown_is_named():
    assert explain(evaluator(UNKNOWN).evaluate(STAFF)).unknown == ("CAU099: conditions.moonPhase",)
