"""IDM-2, IDM-4: policies are data, one file each; what doesn't hold is refused before anything is written."""

from pathlib import Path

import pytest

from identity.conditional_access import KnownNames, Policy, load_policies
from identity.conditional_access.loading import FOLDER
from identity.conditional_access.names import ADMINISTRATORS
from identity.roles import PRIVILEGED
from reference.errors import ArchitectureError

MISTAKES = {
    "unknown_control": ("`grant`", "'mfaa' is not declared", "did you mean mfa?"),
    "unknown_strength": ("`grant`", "'phishing-resistent' is not declared", "did you mean phishing-resistant?"),
    "without_emergency_exclusion": ("`users.exclude.groups`", "'emergency' is missing", "(IDM-2)", "add it"),
    "id_twice": ("CAU901-second.yaml: `id`", "CAU901 is CAU901-first.yaml's too", "change one"),
    "id_of_another_family": ("`id`", "CAL901", "nothing of locations", "change the id"),
    "id_of_no_family": ("`id`", "'CAX901'", "a family (CAU, CAD, CAL, CAP) and three digits", "correct"),
    "file_of_another_name": ("CAU902-something.yaml", "found id CAU901", "right is CAU901-mistake.yaml", "rename"),
    "unknown_group": ("`users.include.groups`", "group 'stuff' is not declared", "did you mean staff?"),
    "unknown_group_of_municipality": ("`users.include.groups`", "'staff/gnosjoe'", "did you mean staff/gnosjo?"),
    "unknown_role": ("`users.include.roles`", "'global-admin'", "did you mean global-administrator?"),
    "unknown_application": ("`applications.include`", "'itms'", "did you mean itsm?"),
    "unknown_location": ("`conditions.locations.exclude`", "'trustet'", "did you mean trusted?"),
    "unknown_wave": ("`wave`", "'pilott'", "did you mean pilot?"),
    "unknown_owner": ("`owner`", "'platfrom'", "did you mean platform?"),
    "unknown_requirement": ("`requirements`", "'IDM-9'", "right is one of"),
    "unknown_rollout": ("`rollout`", "found 'enabled'", "off, report-only, pilot, enforced", "correct"),
    "unknown_key": ("`grants`", "unknown", "did you mean grant?"),
    "reason_missing": ("`reason`", "missing", "add it"),
    "locks_everybody_out": ("staff (staff/gislaved)", "blocked by CAU901", "administrators (platform)", "narrow"),
    "locks_administrators_out": ("administrators (platform)", "admin-portals", "blocked by CAU901", "narrow"),
    "locks_staff_of_one_municipality_out": ("staff (staff/gnosjo)", "blocked by CAU901", "narrow"),
    "locks_the_pilot_out": ("staff (pilot, staff/gislaved)", "blocked by CAU901", "narrow"),
    "block_and_more": ("`grant`", "found block, mfa", "block alone", "remove"),
    "any_and_all": ("`grant`", "exactly one of all_of and any_of", "correct"),
    "strength_beside_mfa": ("`grant`", "found mfa, phishing-resistant", "one strength", "remove"),
    "password_change_without_risk": ("`grant`", "accounts at risk", "`conditions.user_risk`", "add them"),
    "password_change_without_mfa": ("`grant`", "found password-change", "mfa and password-change", "correct"),
    "persistent_browser_of_one_application": ("`session.persistent_browser`", "some applications only", "[all]"),
    "registration_asks_for_a_device": ("`grant`", "found compliant-device", "right is mfa or a strength", "correct"),
    "registration_by_client": ("`conditions`", "not known while a device is registered", "remove"),
    "service_principals_asked_for_mfa": ("`grant`", "can only be blocked", "correct"),
    "service_principals_by_client": ("`conditions`", "known by location only", "remove the rest"),
    "unknown_platform_named": ("`conditions.platforms`", "found 'unknown'", "exclude each known platform"),
    "nobody_included": ("`users`", "nobody is included", "name at least one"),
    "everyone_and_more": ("`users`", "found everyone, and somebody beside", "remove the others"),
    "any_of_one": ("`grant`", "found any_of mfa alone", "right is all_of", "rename"),
    "nothing_follows": ("neither grant nor session", "add what shall follow"),
    "applications_and_actions": ("exactly one of applications and user_actions", "correct"),
    "location_without_places": ("`conditions.locations`", "nothing is included or excluded", "remove the key"),
    "session_without_anything": ("`session`", "nothing is said", "leave it out"),
    "twenty_five_hours": ("`session`", "found 25 hours", "up to 23 hours, or whole days", "correct"),
    "hours_and_every_time": ("`session`", "found hours and every time", "remove the other"),
    "filter_value_of_another_attribute": ("`conditions.devices.clauses.0`", "found hybrid", "yes, no", "correct"),
    "filter_all_of_one": ("`conditions.devices`", "found match all of one clause", "remove `match`"),
    "filter_without_clause": ("`conditions.devices`", "no clause", "say which devices"),
}


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_a_plain_sentence(name: str, known: KnownNames, fixtures: Path):
    with pytest.raises(ArchitectureError) as refused:
        load_policies(known=known, folder=fixtures / "conditional_access" / name)
    text = str(refused.value)
    assert [part for part in MISTAKES[name] if part not in text] == [], text


def test_every_fixture_of_a_mistake_is_tried(fixtures: Path):
    assert {path.name for path in (fixtures / "conditional_access").iterdir()} == set(MISTAKES)


def test_a_mistake_is_told_once(known: KnownNames, fixtures: Path):
    """A filter whose clause is wrong isn't told to be empty, too."""
    with pytest.raises(ArchitectureError) as refused:
        load_policies(known=known, folder=fixtures / "conditional_access" / "filter_value_of_another_attribute")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.requirement("IDM-2")
def test_every_policy_about_people_spares_the_emergency_accounts(policies: dict[str, Policy]):
    assert {id_ for id_, p in policies.items() if p.users and "emergency" not in p.users.exclude.groups} == set()
    assert {id_ for id_, p in policies.items() if p.users is None} == {"CAL003"}  # programs are nobody's account


@pytest.mark.requirement("IDM-2")
@pytest.mark.parametrize("policy", ["CAU002", "CAU003", "CAD003", "CAL004"])
def test_what_is_asked_of_administrators_is_asked_of_every_privileged_role_and_group(
    policy: str, policies: dict[str, Policy], known: KnownNames
):
    scope = policies[policy].users
    assert scope is not None
    assert set(scope.include.roles) == PRIVILEGED
    protected = {group.key for group in known.directory.groups if group.role_assignable}
    assert set(scope.include.groups) == set(known.group_keys(ADMINISTRATORS)) == protected - {"emergency"}


@pytest.mark.requirement("IDM-1")
def test_a_policy_about_staff_is_about_each_municipality_s(policies: dict[str, Policy]):
    scope = policies["CAD001"].users
    assert scope is not None
    assert scope.include.groups == ("staff/gislaved", "staff/gnosjo", "staff/vaggeryd", "staff/varnamo")


def test_policies_come_in_the_order_of_their_ids_from_one_file_each(policies: dict[str, Policy]):
    assert list(policies) == sorted(path.name[:6] for path in FOLDER.glob("*.yaml"))
