"""IDM-2: whoever brings the best that there is must get in; else who is kept out, and by what, is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from identity.conditional_access import KnownNames, fully_enforced
from identity.conditional_access.lockout import refuse_lockout
from identity.conditional_access.vocabulary import Method
from identity.plan import IdentityPlan
from reference.errors import ArchitectureError


@pytest.fixture
def without_keys(known: KnownNames) -> KnownNames:
    """The strengths, none of which takes a FIDO2 key any more."""
    fewer = {
        key: each.model_copy(update={"methods": tuple(method for method in each.methods if method is not Method.FIDO2)})
        for key, each in known.strengths.items()
    }
    return replace(known, strengths=fewer)


def told(plan: IdentityPlan, known: KnownNames) -> str:
    """What is said of all policies, enforced."""
    with pytest.raises(ArchitectureError) as refused:
        refuse_lockout(fully_enforced(plan.policies), known)
    return str(refused.value)


@pytest.mark.requirement("IDM-2")
def test_what_nobody_can_meet_is_told_with_the_policy_that_wants_it(plan: IdentityPlan, without_keys: KnownNames):
    said = told(plan, without_keys)
    assert "administrators (platform) could not sign in to admin-portals any more" in said
    assert "CAU002 wants phishing-resistant; right is a way in for them; narrow or exclude" in said


@pytest.mark.requirement("IDM-2")
def test_a_policy_that_can_t_be_evaluated_lets_nobody_in(plan: IdentityPlan, known: KnownNames):
    nowhere = replace(known, locations={"trusted": known.locations["trusted"]})
    assert "CAL001, CAL004 can't be evaluated; right is a way in for them" in told(plan, nowhere)
