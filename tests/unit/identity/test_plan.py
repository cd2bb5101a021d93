"""What may be declared, and what may be deployed: place-holders in trials only, ended certificates never."""

from collections.abc import Callable
from datetime import date

import pytest

from identity.plan import IdentityPlan
from identity.summary import summarise
from reference.architecture import Architecture
from reference.choices import Choices
from reference.errors import ArchitectureError
from reference.identity_choices import Rollout
from reference.model import Model
from reference.servers.sample import sample

TODAY = date(2026, 11, 24)
SITES = {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}


class Declared(Model):
    id: str
    wave: str
    rollout: Rollout


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


@pytest.mark.requirement("MIG-1")
def test_policies_are_counted_as_far_as_they_are_rolled_out(build: Callable[..., IdentityPlan]):
    plan = build(waves={"pilot": "enforced"}, policies={"CAU002": "pilot"})
    policies = [
        Declared(id=f"CAU00{n}", wave=wave, rollout=Rollout.REPORT_ONLY) for n, wave in enumerate(["pilot"] * 3)
    ]
    summary = summarise(plan, [*policies, Declared(id="CAP001", wave="wave-1", rollout=Rollout.OFF)])
    assert summary.policies == {Rollout.ENFORCED: 2, Rollout.PILOT: 1, Rollout.OFF: 1}
    assert (summary.groups, summary.administrative_units, summary.emergency_accounts) == (35, 4, 2)
    assert (summary.eligible_roles, summary.scoped_roles, summary.applications) == (9, 8, 5)
    assert summary.dynamic_groups == 13
