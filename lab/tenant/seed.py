"""What a new tenant has from the start: domains, built-in roles and strengths, Microsoft's own applications."""

from __future__ import annotations

from lab.tenant.credentials import Credentials
from lab.tenant.directory import Directory


def seed(directory: Directory, credentials: Credentials) -> str:
    """Make what isn't there yet; the object id of the deploying client's service principal."""
    for name in (credentials.domain, *credentials.verified_domains):
        if directory.store.get(("domain",), name) is None:
            initial = name == credentials.domain
            directory.add(
                "domain",
                {
                    "authenticationType": "Managed",
                    "availabilityStatus": None,
                    "isAdminManaged": True,
                    "isDefault": initial,
                    "isInitial": initial,
                    "isRoot": True,
                    "isVerified": True,
                    "supportedServices": [],
                },
                key=name,
            )
    return credentials.client_id
