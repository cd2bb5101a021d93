"""What may be declared, and what may be deployed: place-holders in trials only, ended certificates never."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from identity.plan import IdentityPlan
from identity.summary import summarise
from reference.architecture import Architecture
from reference.choices import Choices
from reference.errors import ArchitectureError
from reference.identity_choices import Rollout
from reference.servers.sample import sample

TODAY = date(2026, 11, 24)
SITES = {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}


def test_a_stack_without_identity_deploys_none():
    choices = Choices.from_config({"environment": "test", "sites": SITES}, "test")
    assert IdentityPlan.of(Architecture.build(choices, inventory=sample())) is None


def test_a_place_holder_is_good_enough_for_a_trial_and_for_nothing_else(plan: IdentityPlan):
    plan.check_deployable(TODAY, trial=True)
    with pytest.raises(ArchitectureError, match=r"trusted_egress`: found 192.0.2.0/24, a place-holder .* set it"):
        plan.check_deployable(TODAY, trial=False)


def test_real_prefixes_are_good_enough_for_everything(build: Callable[..., IdentityPlan]):
    build(trusted_egress=["8.8.8.0/24"]).check_deployable(TODAY, trial=False)


@pytest.mark.requirement("IDM-3")
def test_a_certificate_that_has_ended_is_refused_even_in_a_trial(plan: IdentityPlan):
    with pytest.raises(ArchitectureError, match=r"vpn: its certificate ended on 2028-10-31"):
        plan.check_deployable(date(2028, 11, 1), trial=True)


def test_a_rollout_of_a_policy_that_there_is_not_is_refused(fixtures: Path):
    values = yaml.safe_load((fixtures / "unknown_policy.yaml").read_text(encoding="utf-8"))["config"]
    choices = Choices.from_config({key.removeprefix("ggvv:"): value for key, value in values.items()}, "stack.yaml")
    with pytest.raises(ArchitectureError, match=r"`ggvv:identity.policies.CAU999`: no policy has this id; right is"):
        IdentityPlan.of(Architecture.build(choices, inventory=sample()))


@pytest.mark.requirement("MIG-1")
def test_policies_are_counted_as_far_as_they_are_rolled_out(build: Callable[..., IdentityPlan]):
    plan = build()
    in_pilot_wave = {policy.id for policy in plan.policies if policy.wave == "pilot"}
    turned = build(waves={"pilot": "report-only"})
    assert in_pilot_wave
    assert summarise(turned).policies[Rollout.REPORT_ONLY] >= len(in_pilot_wave)
    assert sum(summarise(turned).policies.values()) == len(plan.policies)


def test_what_identity_consists_of_is_counted(plan: IdentityPlan):
    summary = summarise(plan)
    assert (summary.groups, summary.dynamic_groups, summary.administrative_units) == (35, 13, 4)
    assert (summary.eligible_roles, summary.scoped_roles) == (9, 8)
    assert (summary.applications, summary.emergency_accounts) == (5, 2)
