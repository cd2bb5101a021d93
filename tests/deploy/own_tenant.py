"""A tenant of a test's own, with an authority of its own: it stands for a real one, which no lab is in."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.authority import Authority
from lab.place import Lab, TenantEndpoint


@contextmanager
def own_tenant(directory: Path, **about: object) -> Iterator[TenantEndpoint]:
    """Start a tenant in `directory`, with `about` in its credentials file (lab/tenant/README.md), and stop it."""
    lab = Lab(directory)
    lab.tenant.directory.mkdir(parents=True)
    ids = {"tenant_id": str(uuid.uuid4()), "client_id": str(uuid.uuid4()), "client_secret": secrets.token_urlsafe(24)}
    (lab.tenant.directory / "credentials.json").write_text(json.dumps(ids | about))
    Authority.at(lab.directory / "ca").issue("tenant", lab.tenant.directory)
    lab.start_tenant()
    try:
        found = lab.tenant_endpoint()
        assert found is not None
        yield found
    finally:
        lab.tenant.stop()


def variables(tenant: TenantEndpoint) -> dict[str, str]:
    """What a real stack is told of its tenant: ids and secret; and, for the stand-in only, where it is and its CA."""
    return {
        "ARM_TENANT_ID": tenant.tenant_id,
        "ARM_CLIENT_ID": tenant.client_id,
        "ARM_CLIENT_SECRET": tenant.client_secret,
        "ARM_METADATA_HOSTNAME": tenant.host,
        "SSL_CERT_FILE": str(tenant.authority),
    }
