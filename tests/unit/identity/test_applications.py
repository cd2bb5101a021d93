"""IDM-3: single sign-on is declared for the shared services, and a certificate's end is seen in time."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from identity.applications import POLICY_TARGETS, expired, expiring, load_applications
from identity.plan import IdentityPlan
from reference.errors import ArchitectureError

APPLICATIONS = load_applications()
VPN = next(application for application in APPLICATIONS if application.key == "vpn")
ENDS = date(2028, 10, 31)


@pytest.mark.requirement("IDM-3")
def test_every_shared_service_has_single_sign_on():
    assert {a.key: a.sso for a in APPLICATIONS} == {
        "itsm": "saml",
        "logs": "oidc",
        "vcenter": "oidc",
        "backup": "oidc",
        "vpn": "saml",
    }


def test_no_key_of_an_application_is_also_a_target_of_policies():
    assert POLICY_TARGETS.keys().isdisjoint(application.key for application in APPLICATIONS)


@pytest.mark.requirement("IDM-3")
def test_every_role_s_groups_are_declared_and_none_has_two_of_them(plan: IdentityPlan):
    """In Entra ID a group with two roles of an application gets both, and the application has to guess."""
    for application in APPLICATIONS:
        keys = [g.key for role in application.roles for name in role.groups for g in plan.directory.select(name)]
        assert len(set(keys)) == len(keys), application.key


@pytest.mark.requirement("SEP-1")
def test_backup_is_operated_by_its_own_administrators_only():
    [backup] = [application for application in APPLICATIONS if application.key == "backup"]
    assert [role.groups for role in backup.roles] == [("backup",)]


def test_an_id_of_a_role_never_changes():
    """Another id would take the role from everybody, and give it anew."""
    assert [VPN.role_id(role) for role in VPN.roles] == [
        "e8232d2c-b72c-5762-81ad-7705bdd5c97c",
        "1a552116-fa3d-5feb-8398-9d6e872692bb",
    ]


def test_ids_of_roles_are_never_shared():
    ids = [application.role_id(role) for application in APPLICATIONS for role in application.roles]
    assert len(set(ids)) == len(ids)


@pytest.mark.requirement("IDM-3")
@pytest.mark.parametrize(("days", "warned"), [(61, False), (60, True), (0, True), (-1, False)])
def test_a_certificate_s_end_is_warned_of_in_time(days: int, warned: bool):
    found = expiring([VPN], ENDS - timedelta(days=days), days=60)
    assert [sentence.split(":")[0] for sentence in found] == ["vpn"] * warned
    assert not warned or f"ends on {ENDS}, in {days} days" in found[0]


@pytest.mark.requirement("IDM-3")
@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
def test_a_certificate_that_has_ended_is_refused(days: int, refused: bool):
    found = expired([VPN], ENDS + timedelta(days=days))
    assert len(found) == refused
    assert not refused or "vpn: its certificate ended on 2028-10-31; right is a later" in found[0]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("saml_without_certificate", ("vpn", "`certificate_ends` is missing", "add it")),
        ("oidc_with_certificate", ("logs", "`certificate_ends` is there", "remove it")),
        ("unknown_protocol", ("sso", "'openid'", "one of saml, oidc", "correct")),
        ("role_without_group", ("groups", "at least 1 item")),
    ],
)
def test_a_mistake_is_told_in_a_plain_sentence(name: str, parts: tuple[str, ...], fixtures: Path):
    with pytest.raises(ArchitectureError) as refused:
        load_applications(fixtures / "applications" / name)
    assert [part for part in parts if part not in str(refused.value)] == [], refused.value
