"""What a policy's answer in Graph says, read without the code that wrote the snapshot, and how a difference is told."""

from __future__ import annotations

import pytest

from reference.check import Outcome, Result
from tests.snapshot.ids import id_of
from tests.snapshot.tenant import Json, Snapshot


def by_hand(id_: str, users: Json, applications: Json, clients: list[str], grant: Json) -> Json:
    """A conditionalAccessPolicy as Microsoft's reference shows an answer, with all that a real one has beside."""
    return {
        "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
        "id": f"00000000-0000-4000-8000-000000{id_[-3:]}000",
        "templateId": None,
        "createdDateTime": "2026-01-01T00:00:00Z",
        "modifiedDateTime": None,
        "state": "enabled",
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "insiderRiskLevels": None,
            "clientAppTypes": clients,
            "platforms": None,
            "locations": None,
            "devices": None,
            "clientApplications": None,
            "authenticationFlows": None,
            "applications": {
                "excludeApplications": [],
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
                "applicationFilter": None,
                **applications,
            },
            "users": {
                "includeGroups": [],
                "excludeUsers": [],
                "includeRoles": [],
                "excludeRoles": [],
                "includeGuestsOrExternalUsers": None,
                "excludeGuestsOrExternalUsers": None,
                **users,
            },
        },
        "grantControls": {
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": None,
            **grant,
        },
        "sessionControls": None,
    }


SCHOOLS = [id_of("group", f"school/{each}") for each in ("gislaved", "gnosjo", "vaggeryd", "varnamo")]
BY_HAND = {
    "CAU001": {
        "displayName": "CAU001 MFA for all",
        **by_hand(
            "CAU001",
            {
                "includeUsers": ["All"],
                "excludeUsers": ["GuestsOrExternalUsers"],
                "excludeGroups": [id_of("group", "emergency"), *SCHOOLS],
            },
            {"includeApplications": ["All"]},
            ["all"],
            {"operator": "OR", "builtInControls": ["mfa"]},
        ),
    },
    "CAP001": {
        "displayName": "CAP001 Block legacy protocols",
        **by_hand(
            "CAP001",
            {"includeUsers": ["All"], "excludeGroups": [id_of("group", "emergency")]},
            {"includeApplications": ["All"]},
            ["exchangeActiveSync", "other"],
            {"operator": "OR", "builtInControls": ["block"]},
        ),
    },
}


def differences(tenant: Snapshot, check: str) -> list[Result]:
    """What one check finds."""
    return [result for result in tenant.check() if result.check == check and result.outcome is Outcome.FAIL]


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize("id_", BY_HAND)
def test_a_policy_written_down_by_hand_is_as_declared(tenant: Snapshot, id_: str) -> None:
    tenant.parts["policies"].remove(tenant.policy(id_))
    tenant.parts["policies"].append(BY_HAND[id_])
    assert tenant.failing() == set()


@pytest.mark.requirement("GOV-3")
def test_a_difference_is_told_with_property_old_and_new_value(tenant: Snapshot) -> None:
    tenant.policy("CAU005")["sessionControls"]["signInFrequency"]["value"] = 23
    (found,) = differences(tenant, "IDM-CHK-07")
    assert (found.subject, found.expected, found.seen) == ("CAU005 session.sign_in_frequency_hours", "8", "23")
    assert found.remedy == "run: ggvv deploy"


@pytest.mark.requirement("GOV-3")
def test_a_state_is_told_in_graph_s_words(tenant: Snapshot) -> None:
    tenant.policy("CAU005")["state"] = "disabled"
    (found,) = differences(tenant, "IDM-CHK-06")
    assert (found.subject, found.expected, found.seen) == ("CAU005 state", "enabled", "disabled")


@pytest.mark.requirement("GOV-3")
def test_what_the_model_has_no_word_for_is_named(tenant: Snapshot) -> None:
    tenant.policy("CAU005")["conditions"]["insiderRiskLevels"] = "elevated"
    (found,) = differences(tenant, "IDM-CHK-07")
    assert "conditions.insiderRiskLevels" in found.seen
