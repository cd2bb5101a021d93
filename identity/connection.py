"""The tenant that a stack's identity is deployed to, from the stack's configuration or the environment."""

from __future__ import annotations

import os

import pulumi
import pulumi_azuread as azuread

from reference import endpoint


def entra(config: pulumi.Config, stack: str) -> azuread.Provider:
    """Open the connection; TLS is always checked.

    A pipeline that signs in without a stored secret (OIDC and others) is told to the provider by the ARM_ variables.

    Raises:
        reference.errors.ArchitectureError: an endpoint value is missing.
    """
    found = {s: os.environ.get(s.variable) or config.get(s.key) for s in endpoint.TENANT_SETTINGS}
    needs_secret = not endpoint.without_secret(os.environ)
    endpoint.missing(endpoint.TENANT_SETTINGS if needs_secret else endpoint.TENANT_IDS, found, stack)
    return azuread.Provider(
        "entra",
        tenant_id=found[endpoint.TENANT],
        client_id=found[endpoint.CLIENT],
        client_secret=pulumi.Output.secret(found[endpoint.CLIENT_SECRET]) if needs_secret else None,
        metadata_host=os.environ.get(endpoint.METADATA_HOST),
    )


def is_trial() -> bool:
    """Whether nothing real can come of this run: a preview, or a run on the lab's tenant."""
    return pulumi.runtime.is_dry_run() or endpoint.METADATA_HOST in os.environ
