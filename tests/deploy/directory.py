"""An own hand in the lab's tenant: what somebody does there past Pulumi, over Microsoft Graph."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from lab.place import TenantEndpoint

POLICIES = "/v1.0/identity/conditionalAccess/policies"


class Directory:
    """A signed-in administrator of the lab's tenant."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @classmethod
    @contextmanager
    def at(cls, endpoint: TenantEndpoint) -> Iterator[Directory]:
        """Sign in by client credentials (RFC 6749, 4.4)."""
        context = ssl.create_default_context(cafile=str(endpoint.authority))
        with httpx.Client(base_url=f"https://{endpoint.host}", verify=context) as client:
            answer = client.post(
                f"/{endpoint.tenant_id}/oauth2/v2.0/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": endpoint.client_id,
                    "client_secret": endpoint.client_secret,
                    "scope": f"https://{endpoint.host}/.default",
                },
            )
            client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
            yield cls(client)

    def list(self, path: str) -> list[Any]:
        """A collection, all pages of it."""
        found, following = [], path
        while following:
            page = self._client.get(following).raise_for_status().json()
            found += page["value"]
            following = page.get("@odata.nextLink", "")
        return found

    def one(self, path: str, name: str) -> Any:  # noqa: ANN401 - any JSON
        """The one of a collection whose display name begins or ends so."""
        return next(x for x in self.list(path) if x["displayName"].startswith(name) or x["displayName"].endswith(name))

    def add(self, path: str, body: Any) -> Any:  # noqa: ANN401 - any JSON
        """Make something; returns what Graph answers, if it does."""
        answer = self._client.post(path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def change(self, path: str, body: Any) -> None:  # noqa: ANN401 - any JSON
        """Change something."""
        self._client.patch(path, json=body).raise_for_status()

    def remove(self, path: str) -> None:
        """Delete something."""
        self._client.delete(path).raise_for_status()

    def everything(self) -> dict[str, list[Any]]:
        """What Conditional Access and the directory hold, for a comparison before and after."""
        paths = (
            POLICIES,
            "/v1.0/identity/conditionalAccess/namedLocations",
            "/v1.0/policies/authenticationStrengthPolicies",
            "/v1.0/groups",
            "/v1.0/users",
            "/v1.0/directory/administrativeUnits",
            "/v1.0/applications",
            "/v1.0/servicePrincipals",
            "/v1.0/roleManagement/directory/roleAssignments",
        )
        return {path: self.list(path) for path in paths}
