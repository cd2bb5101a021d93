"""IDM-4: which devices a policy is about, in Entra ID's rule syntax and for the evaluator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from identity.conditional_access.device_filter import Clause, Device, DeviceFilter
from identity.conditional_access.policy import Policy
from identity.conditional_access.vocabulary import DeviceAttribute, Trust

VALUES = {
    DeviceAttribute.COMPLIANT: ("yes", "no"),
    DeviceAttribute.TRUST: tuple(Trust),
    DeviceAttribute.OWNERSHIP: ("company", "personal"),
    DeviceAttribute.MUNICIPALITY: ("gis", "gno"),
    DeviceAttribute.KIND: ("privileged", "school"),
}
clauses = st.sampled_from(DeviceAttribute).flatmap(
    lambda attribute: st.builds(
        Clause,
        attribute=st.just(attribute),
        operator=st.sampled_from(("equals", "not-equals")),
        value=st.sampled_from(VALUES[attribute]),
    )
)


def clause(attribute: str, value: str, operator: str = "equals") -> Clause:
    return Clause.model_validate({"attribute": attribute, "operator": operator, "value": value})


def test_the_rule_is_written_as_entra_id_documents_it(policies: dict[str, Policy]):
    unmanaged, workstations = policies["CAD005"].conditions.devices, policies["CAD004"].conditions.devices
    assert unmanaged is not None
    assert workstations is not None
    assert unmanaged.rule == 'device.isCompliant -eq True -or device.trustType -eq "ServerAD"'
    assert workstations.rule == 'device.extensionAttribute2 -eq "privileged"'


@given(st.lists(clauses, min_size=2, max_size=4), st.sampled_from(("any", "all")))
def test_what_is_written_is_read_again(said: list[Clause], match: str):
    written = DeviceFilter.model_validate({"mode": "include", "match": match, "clauses": said})
    assert DeviceFilter.parse("include", written.rule) == written


@pytest.mark.parametrize(
    "rule",
    [
        'device.displayName -startsWith "PC"',
        'device.model -eq "X"',
        'device.isCompliant -eq True -and device.trustType -eq "ServerAD" -or device.deviceOwnership -eq "Company"',
        '(device.isCompliant -eq True) -and (device.trustType -eq "ServerAD")',
        'device.trustType -eq "Elsewhere"',
        "",
    ],
)
def test_a_rule_that_says_more_is_not_guessed_at(rule: str):
    assert DeviceFilter.parse("exclude", rule) is None


@pytest.mark.requirement("IDM-4")
def test_an_unregistered_device_equals_nothing_and_differs_from_everything():
    """Entra ID sees no attribute of it, so that an exclusion of managed devices does not exclude it."""
    for attribute, values in VALUES.items():
        for value in values:
            assert not clause(attribute, value).holds(Device())
            assert clause(attribute, value, "not-equals").holds(Device())
    managed = DeviceFilter(mode="exclude", clauses=(clause("compliant", "yes"),))
    assert managed.applies(Device())
    assert not managed.applies(Device(trust=Trust.JOINED, compliant=True))


@pytest.mark.parametrize(
    ("device", "seen"),
    [
        (Device(trust=Trust.JOINED, kind="privileged"), False),
        (Device(trust=Trust.JOINED, compliant=True, kind="privileged"), True),
        (Device(trust=Trust.HYBRID, kind="privileged"), True),
        (Device(trust=Trust.REGISTERED, kind="privileged"), False),
    ],
)
def test_extension_attributes_are_seen_of_compliant_and_hybrid_devices_only(device: Device, *, seen: bool):
    assert clause("kind", "privileged").holds(device) is seen


@pytest.mark.parametrize(("match", "applies"), [("any", True), ("all", False)])
def test_clauses_hold_any_or_all(match: str, *, applies: bool):
    said = DeviceFilter.model_validate(
        {"mode": "include", "match": match, "clauses": [clause("compliant", "yes"), clause("trust", "hybrid")]}
    )
    assert said.applies(Device(trust=Trust.HYBRID)) is applies


def test_a_device_that_nobody_knows_has_no_attributes():
    with pytest.raises(ValidationError, match="without trust is unknown"):
        Device(compliant=True)
