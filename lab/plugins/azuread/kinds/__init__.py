"""The resource types, one file per subject; each is data, with small code where Graph is odd."""

from __future__ import annotations

from collections.abc import Mapping

from lab.plugins.azuread.kind import Kind
from lab.plugins.azuread.kinds.administrative_units import (
    ADMINISTRATIVE_UNIT,
    ADMINISTRATIVE_UNIT_MEMBER,
    ADMINISTRATIVE_UNIT_ROLE_MEMBER,
)
from lab.plugins.azuread.kinds.applications import APPLICATION
from lab.plugins.azuread.kinds.conditional_access import CONDITIONAL_ACCESS_POLICY
from lab.plugins.azuread.kinds.credentials import APPLICATION_PASSWORD, SIGNING_CERTIFICATE
from lab.plugins.azuread.kinds.directory_roles import (
    DIRECTORY_ROLE,
    DIRECTORY_ROLE_ASSIGNMENT,
    DIRECTORY_ROLE_ELIGIBILITY,
)
from lab.plugins.azuread.kinds.group_policies import GROUP_ROLE_MANAGEMENT_POLICY
from lab.plugins.azuread.kinds.groups import GROUP, GROUP_MEMBER
from lab.plugins.azuread.kinds.locations_and_strengths import AUTHENTICATION_STRENGTH_POLICY, NAMED_LOCATION
from lab.plugins.azuread.kinds.privileged_groups import PRIVILEGED_GROUP_ELIGIBILITY
from lab.plugins.azuread.kinds.service_principals import APP_ROLE_ASSIGNMENT, SERVICE_PRINCIPAL
from lab.plugins.azuread.kinds.users import USER

KINDS: Mapping[str, Kind] = {
    kind.token: kind
    for kind in (
        ADMINISTRATIVE_UNIT,
        ADMINISTRATIVE_UNIT_MEMBER,
        ADMINISTRATIVE_UNIT_ROLE_MEMBER,
        APPLICATION,
        APPLICATION_PASSWORD,
        APP_ROLE_ASSIGNMENT,
        AUTHENTICATION_STRENGTH_POLICY,
        CONDITIONAL_ACCESS_POLICY,
        DIRECTORY_ROLE,
        DIRECTORY_ROLE_ASSIGNMENT,
        DIRECTORY_ROLE_ELIGIBILITY,
        GROUP,
        GROUP_MEMBER,
        GROUP_ROLE_MANAGEMENT_POLICY,
        NAMED_LOCATION,
        PRIVILEGED_GROUP_ELIGIBILITY,
        SERVICE_PRINCIPAL,
        SIGNING_CERTIFICATE,
        USER,
    )
}
"""Every resource type by its token."""
