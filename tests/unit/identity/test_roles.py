"""IDM-2: the directory roles by key, with Microsoft's ids."""

import pytest

from identity.roles import PRIVILEGED, ROLES, template_id
from reference.errors import ArchitectureError


def test_no_two_keys_are_one_role():
    assert len({role.template for role in ROLES.values()}) == len(ROLES)


def test_well_known_roles_have_their_ids():
    assert template_id("global-administrator") == "62e90394-69f5-4237-9190-012177145e10"
    assert template_id("helpdesk-administrator") == "729827e3-9c14-49f7-bb1b-9608f156bbb8"


@pytest.mark.requirement("IDM-2")
def test_what_microsoft_marks_as_privileged_is_privileged_here():
    assert len(PRIVILEGED) == 29
    assert {"global-administrator", "security-reader", "helpdesk-administrator", "directory-writers"} <= PRIVILEGED
    assert PRIVILEGED.isdisjoint({"groups-administrator", "exchange-administrator", "billing-administrator"})


def test_an_undeclared_role_is_refused_with_the_closest_one():
    with pytest.raises(ArchitectureError, match=r"'global-admin' is not declared; .*did you mean global-administrator"):
        template_id("global-admin")
