"""A tenant in this process, with a clock that the test moves, and a client that is signed in to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from lab.tenant.credentials import Credentials
from lab.tenant.store import Store
from lab.tenant.tenant import Tenant
from lab.tenant.tokens import new_key
from lab.tenant.web import application
from tests.unit.lab.tenant.graph_client import (
    BASE,
    CLIENT_ID,
    DOMAIN,
    SECRET,
    TENANT_ID,
    Clock,
    GraphClient,
    Opener,
    granted,
)
from tests.unit.lab.tenant.in_process import client


@pytest.fixture(scope="session")
def key() -> RSAPrivateKey:
    """One key for all tests: making one takes longer than a test."""
    return new_key()


@pytest.fixture
def open_directory(key: RSAPrivateKey) -> Iterator[Opener]:
    """Opens a tenant whose client has these permissions (all that the deployment needs, and `more`)."""
    stores: list[Store] = []

    def opened(permissions: frozenset[str] | None = None, more: frozenset[str] = frozenset()) -> GraphClient:
        credentials = Credentials(
            tenant_id=TENANT_ID,
            client_id=CLIENT_ID,
            client_secret=SECRET,
            domain=DOMAIN,
            permissions=(granted() if permissions is None else permissions) | more,
        )
        stores.append(Store(":memory:"))
        clock = Clock()
        tenant = Tenant(credentials, stores[-1], clock, key)
        directory = GraphClient(client(application(tenant), BASE), tenant, clock)
        assert directory.sign_in().is_success
        return directory

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def directory(open_directory: Opener) -> GraphClient:
    """A tenant whose client has what the deployment needs."""
    return open_directory()
