"""MIG-1: how far policies are rolled out is configuration, per wave and per policy, and can be turned back."""

from collections.abc import Callable

import pytest

from identity.conditional_access import EffectivePolicy, Policy
from identity.conditional_access.policy import IncludedUsers
from identity.conditional_access.rollout import effective
from identity.conditional_access.vocabulary import State
from identity.plan import IdentityPlan
from reference.errors import ArchitectureError
from reference.identity_choices import Rollout

Build = Callable[..., IdentityPlan]


def in_force(plan: IdentityPlan, policy: str) -> EffectivePolicy:
    return {each.id: each for each in plan.effective}[policy]


@pytest.mark.requirement("MIG-1")
def test_a_policy_stands_by_its_own_rollout_where_the_stack_says_nothing(build: Build):
    assert in_force(build(), "CAL001").state is State.REPORT_ONLY


@pytest.mark.requirement("MIG-1")
def test_a_wave_is_turned_for_all_its_policies_and_one_policy_goes_before_it(build: Build):
    plan = build(waves={"wave-1": "enforced"}, policies={"CAL001": "off"})
    states = {policy.id: in_force(plan, policy.id).state for policy in plan.policies if policy.wave == "wave-1"}
    assert states.pop("CAL001") is State.DISABLED
    assert set(states.values()) == {State.ENABLED}
    assert in_force(plan, "CAD006").state is State.REPORT_ONLY  # of wave-2


@pytest.mark.requirement("MIG-1")
def test_a_pilot_is_enforced_for_the_pilot_group_with_the_same_exclusions(policies: dict[str, Policy]):
    declared = policies["CAL001"]
    piloted = effective(declared, Rollout.PILOT)
    assert declared.users is not None
    assert piloted.users is not None
    assert piloted.state is State.ENABLED
    assert piloted.users.include == IncludedUsers(groups=("pilot",))
    assert piloted.users.exclude == declared.users.exclude
    assert piloted.conditions == declared.conditions
    assert piloted.grant == declared.grant


@pytest.mark.parametrize(
    ("policy", "about"), [("CAU005", "guests"), ("CAU006", "guests"), ("CAL003", "service principals")]
)
def test_who_is_never_in_the_pilot_group_can_t_be_piloted(policy: str, about: str, build: Build):
    with pytest.raises(ArchitectureError, match=rf"policies.{policy}`: found pilot, .* is about {about}"):
        build(policies={policy: "pilot"})


def test_an_unknown_policy_is_told_with_the_closest(build: Build):
    with pytest.raises(ArchitectureError, match=r"`ggvv:identity.policies.CAU01`: no policy .* did you mean CAU"):
        build(policies={"CAU01": "off"})


@pytest.mark.requirement("MIG-1")
@pytest.mark.parametrize("state", list(Rollout))
def test_every_wave_can_be_turned_to_every_state_that_it_has(state: Rollout, build: Build):
    """Whatever is turned together, staff, pilots and administrators can still work (refused otherwise)."""
    unpilotable = {"CAU005": "enforced", "CAU006": "enforced", "CAL003": "enforced"}
    waves = dict.fromkeys(("pilot", "wave-1", "wave-2", "wave-4"), state.value)
    plan = build(waves=waves, policies=unpilotable if state is Rollout.PILOT else {})
    assert len(plan.effective) == len(plan.policies)
