"""IDM-2, IDM-4: what the program asks of Conditional Access, and in which order, on Pulumi's mocks."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_mocks
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.stack import wait_for_rpcs

from identity.conditional_access import Policy, ResolvedNames
from identity.conditional_access.component import ConditionalAccess
from identity.plan import IdentityPlan
from identity.roles import ROLES, template_id
from operations.stack_settings import StackSettings
from reference.errors import ArchitectureError
from tests.components.conftest import Record

Program = Callable[..., Any]


@pytest.fixture(scope="module")
def plan() -> IdentityPlan:
    plan = IdentityPlan.of(StackSettings.read("lab").architecture())
    assert plan is not None
    return plan


@pytest.fixture(scope="module")
def policies(program: Program) -> dict[str, dict[str, Any]]:
    """The inputs of every policy of the stack `lab`, by id."""
    made: dict[str, dict[str, Any]] = program("lab").of("ConditionalAccessPolicy")
    return made


@pytest.mark.requirement("IDM-2")
def test_every_declared_policy_is_made_under_its_name_in_its_state(plan: IdentityPlan, policies: dict[str, Any]):
    states = {"enabled": "enabled", "disabled": "disabled", "report-only": "enabledForReportingButNotEnforced"}
    assert {id_: inputs["displayName"] for id_, inputs in policies.items()} == {
        policy.id: policy.display_name for policy in plan.policies
    }
    assert {id_: inputs["state"] for id_, inputs in policies.items()} == {
        effective.id: states[effective.state] for effective in plan.effective
    }


@pytest.mark.requirement("IDM-2")
def test_mfa_for_all_but_those_with_a_policy_of_their_own(program: Program, policies: dict[str, Any]):
    made = program("lab")
    spared = {"emergency", *(f"school/{m}" for m in ("gislaved", "gnosjo", "varnamo", "vaggeryd"))}
    inputs = policies["CAU001"]
    assert inputs["conditions"]["users"]["includedUsers"] == ["All"]
    assert inputs["conditions"]["users"]["excludedUsers"] == ["GuestsOrExternalUsers"]
    assert set(inputs["conditions"]["users"]["excludedGroups"]) == {made.object_id_of("Group", key) for key in spared}
    assert inputs["conditions"]["applications"] == {"includedApplications": ["All"]}
    assert inputs["conditions"]["clientAppTypes"] == ["all"]
    assert inputs["grantControls"] == {"operator": "OR", "builtInControls": ["mfa"]}
    assert "sessionControls" not in inputs


@pytest.mark.requirement("IDM-2")
def test_administrators_need_the_strength_that_the_program_makes(program: Program, policies: dict[str, Any]):
    made = program("lab")
    strength = made.of("AuthenticationStrengthPolicy")["phishing-resistant"]
    assert strength["allowedCombinations"] == ["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"]
    inputs = policies["CAU002"]
    assert inputs["grantControls"] == {
        "operator": "OR",
        "authenticationStrengthPolicyId": made.id_of("AuthenticationStrengthPolicy", "phishing-resistant"),
    }
    privileged = {str(role.template) for role in ROLES.values() if role.privileged}
    assert set(inputs["conditions"]["users"]["includedRoles"]) == privileged
    assert template_id("global-administrator") in privileged


@pytest.mark.requirement("IDM-4")
def test_a_managed_device_is_compliant_or_joined(program: Program, policies: dict[str, Any]):
    made, inputs = program("lab"), policies["CAD001"]
    assert inputs["grantControls"] == {"operator": "OR", "builtInControls": ["compliantDevice", "domainJoinedDevice"]}
    own = {f"client-{made.id_of('Application', key)}" for key in ("itsm", "logs", "vcenter", "backup", "vpn")}
    assert set(inputs["conditions"]["applications"]["includedApplications"]) == own
    assert inputs["conditions"]["users"]["includedGroups"] == [made.object_id_of("Group", "pilot")]  # as rolled out


@pytest.mark.requirement("IDM-4")
def test_an_unmanaged_device_forgets_its_user(policies: dict[str, Any]):
    inputs = policies["CAD005"]
    assert inputs["conditions"]["devices"] == {
        "filter": {"mode": "exclude", "rule": 'device.isCompliant -eq True -or device.trustType -eq "ServerAD"'}
    }
    assert inputs["sessionControls"] == {
        "signInFrequency": 12,
        "signInFrequencyPeriod": "hours",
        "persistentBrowserMode": "never",
    }
    assert "grantControls" not in inputs


@pytest.mark.requirement("IDM-2")
def test_places_are_named_locations_by_object_id(program: Program, policies: dict[str, Any]):
    """A named location's id is a path; a policy takes its object id."""
    made = program("lab")
    locations = made.of("NamedLocation")
    assert locations["trusted"]["ip"] == {"ipRanges": ["192.0.2.0/24", "198.51.100.0/24"], "trusted": True}
    assert locations["allowed-countries"]["country"] == {
        "countriesAndRegions": ["DK", "FI", "NO", "SE"],
        "includeUnknownCountriesAndRegions": False,
    }
    assert policies["CAL001"]["conditions"]["locations"] == {
        "includedLocations": ["All"],
        "excludedLocations": [made.object_id_of("NamedLocation", key) for key in ("allowed-countries", "trusted")],
    }


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize(
    ("policy", "condition", "value"),
    [
        ("CAP001", "clientAppTypes", ["exchangeActiveSync", "other"]),
        ("CAP002", "authenticationFlowTransferMethods", ["authenticationTransfer", "deviceCodeFlow"]),
        ("CAU007", "signInRiskLevels", ["high"]),
        ("CAU008", "userRiskLevels", ["high"]),
        ("CAL003", "clientApplications", {"includedServicePrincipals": ["ServicePrincipalsInMyTenant"]}),
        ("CAL003", "users", {"includedUsers": ["None"]}),
        ("CAD007", "applications", {"includedUserActions": ["urn:user:registerdevice"]}),
        ("CAL002", "applications", {"includedUserActions": ["urn:user:registersecurityinfo"]}),
        (
            "CAD006",
            "platforms",
            {"includedPlatforms": ["all"], "excludedPlatforms": ["android", "iOS", "linux", "macOS", "windows"]},
        ),
        (
            "CAU009",
            "applications",
            {"includedApplications": ["MicrosoftAdminPortals", "797f4846-ba00-4fd7-ba43-dac1f8f63013"]},
        ),
    ],
)
def test_each_condition_is_said_in_graph_s_words(policy: str, condition: str, value: object, policies: dict[str, Any]):
    assert policies[policy]["conditions"][condition] == value


@pytest.mark.requirement("IDM-2")
def test_a_new_password_is_asked_for_with_mfa_every_time(policies: dict[str, Any]):
    assert policies["CAU008"]["grantControls"] == {"operator": "AND", "builtInControls": ["mfa", "passwordChange"]}
    assert policies["CAU008"]["sessionControls"] == {"signInFrequencyInterval": "everyTime"}


class Ordered(MockMonitor):
    """Remembers what each resource waits for, by name."""

    def __init__(self, mocks: Record) -> None:
        super().__init__(mocks)
        self.waits: dict[str, list[str]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802, ANN401 - the engine's name and types
        self.waits[request.name] = [urn.rsplit("::", 1)[1] for urn in request.dependencies]
        return super().RegisterResource(request)


def deployed(plan: IdentityPlan, policies: tuple[Policy, ...]) -> Ordered:
    asyncio.set_event_loop(asyncio.new_event_loop())
    record = Record()
    monitor = Ordered(record)
    set_mocks(record, monitor=monitor)
    names = ResolvedNames(
        groups={group.key: group.key for group in plan.directory.groups},
        roles={key: str(role.template) for key, role in ROLES.items()},
        applications={each.key: each.key for each in plan.applications},
    )
    ConditionalAccess(policies, choices=plan.choices, known=plan.known, names=names, opts=pulumi.ResourceOptions())
    asyncio.get_event_loop().run_until_complete(wait_for_rpcs())
    return monitor


@pytest.mark.requirement("IDM-2")
def test_policies_are_written_one_at_a_time_after_what_they_refer_to(plan: IdentityPlan):
    """A tenant takes about one write a second; more at once are answered by 429."""
    order = [*plan.known.locations, *plan.known.strengths, *(policy.id for policy in plan.policies)]
    waits = deployed(plan, plan.policies).waits
    assert waits[order[0]] == []
    for before, name in itertools.pairwise(order):
        assert before in waits[name], f"{name} does not wait for {before}"


@pytest.mark.requirement("IDM-2")
def test_a_rollout_that_keeps_everybody_out_is_refused_before_anything_is_made(plan: IdentityPlan):
    declared = {policy.id: policy for policy in plan.policies}
    everywhere = declared["CAP001"].model_copy(update={"conditions": declared["CAU001"].conditions})
    with pytest.raises(ArchitectureError, match="blocked by CAP001"):
        deployed(plan, (everywhere,))
