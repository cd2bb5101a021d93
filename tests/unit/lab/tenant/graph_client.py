"""A client that speaks Graph to a tenant in this process, for the tests beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import yaml

from lab.tenant.credentials import GRANTED
from lab.tenant.tenant import Tenant

BASE = "https://127.0.0.1:8443"
TENANT_ID = "11111111-1111-1111-1111-111111111111"
CLIENT_ID = "33333333-3333-3333-3333-333333333333"
SECRET = "a-secret-of-this-test-only"  # noqa: S105 - good for a tenant in this process
DOMAIN = "lab.example"
NOON = 1_795_521_600.0  # 2026-11-24T12:00:00Z


Body = dict[str, Any]

GROUP = {"mailEnabled": False, "securityEnabled": True}
USER = {
    "accountEnabled": True,
    "passwordProfile": {"password": "S3cret-passw0rd!x", "forceChangePasswordNextSignIn": False},
}


@dataclass
class Clock:
    """Seconds since the epoch; stands still until it is moved."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class GraphClient:
    """A client that speaks Graph v1.0 (or the version in the path) and knows what it made."""

    client: httpx.Client
    tenant: Tenant
    clock: Clock
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def sign_in(self, secret: str = SECRET, tenant: str = TENANT_ID, client_id: str = CLIENT_ID) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": f"{BASE}/.default",
        }
        answer = self.client.post(f"/{tenant}/oauth2/v2.0/token", data=form)
        if answer.is_success:
            self.token = answer.json()["access_token"]
        return answer

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        if not path.startswith(("/v1.0/", "/beta/")):
            path = f"/v1.0/{path}"
        all_headers = {"Authorization": f"Bearer {self.token}", **self.headers, **headers}
        return self.client.request(method, path, json=body, headers=all_headers)

    def get(self, path: str, **headers: str) -> Body:
        answer = self.ask("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        document: Body = answer.json()
        return document

    def list(self, path: str, **headers: str) -> list[Body]:
        found: list[Body] = self.get(path, **headers)["value"]
        return found

    def make(self, path: str, body: Body) -> Body:
        answer = self.ask("POST", path, body)
        assert answer.status_code == 201, answer.text
        made: Body = answer.json()
        return made

    def change(self, path: str, body: Body) -> None:
        answer = self.ask("PATCH", path, body)
        assert answer.status_code == 204, answer.text

    def delete(self, path: str) -> None:
        answer = self.ask("DELETE", path)
        assert answer.status_code == 204, answer.text

    def link(self, path: str, key: str) -> None:
        answer = self.ask("POST", f"{path}/$ref", {"@odata.id": f"{BASE}/v1.0/directoryObjects/{key}"})
        assert answer.status_code == 204, answer.text

    def refused(self, method: str, path: str, body: object = None, status: int = 400, **headers: str) -> Body:
        """Send what the tenant must refuse; its error."""
        answer = self.ask(method, path, body, **headers)
        assert answer.status_code == status, answer.text
        error: Body = answer.json()["error"]
        assert set(error) == {"code", "message", "innerError"}
        assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
        return error

    def group(self, name: str = "staff", **more: object) -> Body:
        return self.make("groups", {**GROUP, "displayName": name, "mailNickname": name, **more})

    def user(self, name: str = "anna", **more: object) -> Body:
        names = {"displayName": name, "mailNickname": name, "userPrincipalName": f"{name}@{DOMAIN}"}
        return self.make("users", {**USER, **names, **more})


def granted() -> frozenset[str]:
    permissions: list[str] = yaml.safe_load(GRANTED.read_text())
    return frozenset(permissions)


Opener = Callable[..., GraphClient]
"""Opens a tenant whose client has the permissions given, or those that the deployment needs and `more`."""
