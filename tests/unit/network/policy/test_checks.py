"""What the policy must not say is refused in one sentence; each fixture is named after its mistake (FW-1, FW-2).

A fixture's flows, services and boundaries replace those of the same id in the project's policy, and join it else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from network.policy.checks import check
from network.policy.flow import Boundary, Flow, FlowPolicy, Service
from operations.stack_settings import StackSettings
from reference.architecture import Architecture
from reference.choices import Choices
from reference.data import load, read_yaml
from reference.errors import ArchitectureError
from reference.model import Model

FIXTURES = Path(__file__).parents[3] / "fixtures" / "flows"
T = TypeVar("T", Flow, Boundary, Service)


class Additions(Model):
    """What a fixture adds to the policy."""

    flows: tuple[Flow, ...] = ()
    services: tuple[Service, ...] = ()
    boundaries: tuple[Boundary, ...] = ()


def with_fixture(policy: FlowPolicy, name: str) -> FlowPolicy:
    added = load(f"{name}.yaml", Additions, FIXTURES)
    return policy.model_copy(
        update={
            "flows": joined(policy.flows, added.flows),
            "services": joined(policy.services, added.services),
            "boundaries": joined(policy.boundaries, added.boundaries),
        }
    )


def joined(own: Iterable[T], added: tuple[T, ...]) -> tuple[T, ...]:
    names = {name_of(value) for value in added}
    return (*(value for value in own if name_of(value) not in names), *added)


def name_of(value: Flow | Boundary | Service) -> str:
    return value.name if isinstance(value, Service) else value.id


def refused(policy: FlowPolicy, architecture: Architecture, today: date, fixture: str) -> str:
    """The sentences that the policy with the fixture is refused with."""
    with pytest.raises(ArchitectureError) as caught:
        check(with_fixture(policy, fixture), architecture, today)
    return str(caught.value)


@pytest.mark.requirement("FW-1")
def test_the_project_s_policy_holds(policy: FlowPolicy, lab: Architecture, today: date):
    assert {grant.flow.id for grant in check(policy, lab, today)} == {flow.id for flow in policy.flows}


@pytest.mark.parametrize("stack", ["gislaved", "newdc", "pilot", "lab-full"])
def test_it_holds_in_every_stack(policy: FlowPolicy, today: date, stack: str):
    assert check(policy, StackSettings.read(stack).architecture(), today)


@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        ("unknown_zone", "FLOW-A names the zone 'loging'"),
        ("unknown_zone", "did you mean logging?"),
        ("unknown_site", "FLOW-A names witness at dc1, which there is not; right is one of dc3; correct"),
        ("unknown_municipality", "FLOW-A names gislved web, which there is not; right is one of gislaved, gnosjo"),
        ("unknown_service", "FLOW-A names the service 'htps'"),
        ("unknown_owner", "FLOW-A names the owner 'netwrk'"),
        ("unknown_requirement", "FLOW-A names the requirement 'FW-9'"),
        ("unknown_zone_of_a_boundary", "boundaries.yaml: BND-A names the zone 'moon'"),
        ("id_given_twice", "flows.yaml: FLOW-A is given twice"),
        ("reason_missing", "reason_missing.yaml: `flows.0.reason`: is missing; add it"),
        ("reason_with_a_quote", "right is a sentence of at most 100 characters, without quotes"),
        ("until_in_the_past", "FLOW-A ended on 2026-11-23, and today is 2026-11-24; right is a day to come"),
        ("until_in_the_past", "have network and security set a later `until`"),
        ("until_not_a_date", "`flows.0.until`: found 'next spring'; right is"),
        ("any_to_any", "FLOW-A is from every zone to every zone"),
        ("any_port", "services.yaml: `anything` is nearly every port"),
        ("ports_backwards", "found 20-10; right is a port from 1 to 65535, or a range from the lower to the higher"),
        ("unused_service", "services.yaml: `telnet` is named by no flow"),
    ],
)
def test_what_stands_for_nothing_or_everything_is_refused(
    policy: FlowPolicy, lab: Architecture, today: date, fixture: str, sentence: str
):
    assert sentence in refused(policy, lab, today, fixture)


@pytest.mark.requirement("FW-1")
@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        (
            "duplicate_flow",
            "FLOW-A is a duplicate of FLOW-QNETD: found tcp 5403 from dc1-cluster to dc3-witness in both; right is one",
        ),
        ("shadowed_flow", "FLOW-A is shadowed by FLOW-QNETD: found tcp 5403 from dc1-cluster to dc3-witness in both"),
        ("contradicting_flow", "FLOW-A contradicts FLOW-ITSM about owner or end: found tcp 443 from administration"),
    ],
)
def test_a_packet_has_one_flow_at_most(policy: FlowPolicy, lab: Architecture, today: date, fixture: str, sentence: str):
    assert sentence in refused(policy, lab, today, fixture)


@pytest.mark.requirement("FW-2")
@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        (
            "between_municipalities_without_both_owners",
            "FLOW-A lets gislaved-web reach gnosjo-app, owned by gislaved; right is that both own it; add gnosjo",
        ),
        ("between_municipalities_without_an_end", "without an end; right is an exception that ends; add `until`"),
        ("between_municipalities_unnamed", "without naming them; right is `municipality` at both ends"),
    ],
)
def test_municipalities_reach_each_other_by_named_exceptions_of_both_only(
    policy: FlowPolicy, lab: Architecture, today: date, fixture: str, sentence: str
):
    assert sentence in refused(policy, lab, today, fixture)


@pytest.mark.requirement("FW-2")
def test_a_named_exception_of_both_with_an_end_is_accepted(policy: FlowPolicy, lab: Architecture, today: date):
    assert check(with_fixture(policy, "between_municipalities_with_both_owners"), lab, today)


@pytest.mark.requirement("MIG-1")
def test_an_exception_of_a_municipality_that_has_no_part_yet_opens_nothing_and_is_no_mistake(
    policy: FlowPolicy, today: date
):
    settings = StackSettings.read("lab")
    values = {key: value for key, value in settings.values.items() if key != "identity"}
    without = Architecture.build(Choices.from_config({**values, "municipalities": ["gislaved", "vaggeryd"]}, "test"))
    granted = check(with_fixture(policy, "between_municipalities_with_both_owners"), without, today)
    assert "FLOW-A" not in {grant.flow.id for grant in granted}


@pytest.mark.requirement("SEP-1")
@pytest.mark.parametrize(
    ("fixture", "boundary"),
    [
        ("into_the_witness", "BND-WITNESS"),
        ("into_backup", "BND-BACKUP"),
        ("into_the_vault", "BND-VAULT"),
        ("out_of_the_vault", "BND-FROM-VAULT"),
        ("management_past_the_jump_host", "BND-ADMINISTRATION"),
        ("internet_past_the_dmz", "BND-INTERNET-OUT"),
        ("internet_into_a_tier", "BND-INTERNET-IN"),
        ("client_into_a_database", "BND-CLIENTS"),
        ("web_into_a_database", "BND-DATA"),
    ],
)
def test_no_flow_crosses_a_boundary(policy: FlowPolicy, lab: Architecture, today: date, fixture: str, boundary: str):
    said = refused(policy, lab, today, fixture)
    reason = next(b.reason for b in policy.boundaries if b.id == boundary)
    assert f"FLOW-A crosses {boundary} ({reason})" in said


def test_every_boundary_is_tried(policy: FlowPolicy, lab: Architecture, today: date):
    """A boundary that nothing can cross guards nothing: each is crossed by a flow made for it."""
    for boundary in policy.boundaries:
        flow = Flow.model_validate(
            {
                "id": "FLOW-A",
                "from": [boundary.guards.source or "vmotion"],
                "to": [boundary.guards.destination or "shared-services"],
                "services": [boundary.guards.services[0] if boundary.guards.services else "http"],
                "owners": ["network"],
                "reason": "for the test",
                "requirement": "FW-1",
            }
        )
        tried = policy.model_copy(update={"flows": (*policy.flows, flow)})
        with pytest.raises(ArchitectureError, match=boundary.id):
            check(tried, lab, today)


@pytest.mark.requirement("FW-1")
def test_a_policy_that_would_cut_its_own_management_path_is_refused(policy: FlowPolicy, lab: Architecture, today: date):
    said = refused(policy, lab, today, "management_path_cut")
    assert "no flow lets administration reach the firewalls of dc1 by ssh" in said
    assert said.count("\n") == 2


def test_zones_that_overlap_are_refused(policy: FlowPolicy, today: date):
    """The stack's own segment is in a prefix that the internet routes."""
    settings = StackSettings.read("lab")
    values = {key: value for key, value in settings.values.items() if key != "identity"}
    choices = Choices.from_config({**values, **read_yaml(FIXTURES / "overlapping_zones.yaml")}, "test")
    with pytest.raises(ArchitectureError) as caught:
        check(policy, Architecture.build(choices), today)
    assert "zones 'internet' and 'published' overlap: found 8.8.8.0/24 in both" in str(caught.value)
