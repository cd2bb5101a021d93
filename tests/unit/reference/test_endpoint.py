"""Which endpoint values a run needs, and that secrets are known as such."""

import pytest

from reference import endpoint
from reference.errors import ArchitectureError


@pytest.mark.parametrize(
    "environment",
    [
        {"ARM_USE_OIDC": "true"},
        {"ARM_USE_MSI": "1"},
        {"ARM_USE_CLI": "True"},
        {"ARM_CLIENT_CERTIFICATE_PATH": "/run/deployer.pfx"},
    ],
)
def test_a_pipeline_with_a_token_of_its_own_needs_no_stored_secret(environment: dict[str, str]):
    assert endpoint.without_secret(environment)


@pytest.mark.parametrize(
    "environment", [{}, {"ARM_USE_OIDC": "false"}, {"ARM_USE_OIDC": ""}, {"ARM_CLIENT_SECRET": "x"}]
)
def test_otherwise_it_needs_one(environment: dict[str, str]):
    assert not endpoint.without_secret(environment)


def test_a_missing_tenant_is_named_with_the_command_that_sets_it():
    with pytest.raises(ArchitectureError, match=r"key ggvv:tenantId is not set .* ARM_TENANT_ID .* -s newdc tenantId"):
        endpoint.missing(endpoint.TENANT_SETTINGS, {}, "newdc")


def test_only_the_client_s_secret_is_secret():
    assert [setting.key for setting in endpoint.TENANT_SETTINGS if setting.secret] == ["clientSecret"]
    assert {setting.key for setting in endpoint.TENANT_SETTINGS} <= endpoint.CONNECTION_KEYS
