"""Looks tags up over vCenter's REST interface; pyVmomi doesn't speak it."""

from __future__ import annotations

import base64
import json
import ssl
import urllib.request
from typing import Any

from operations.connection import Connection

TAGGING = "/rest/com/vmware/cis/tagging"
TIMEOUT = 10
"""Seconds to wait for an answer."""


class Tagging:
    """Tag categories and tags of one vCenter; the session is opened at the first question."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        authority = str(connection.authority) if connection.authority else None
        self._tls = ssl.create_default_context(cafile=authority)
        self._token = ""

    def category(self, name: str) -> str | None:
        """The id of the category with this name, or None."""
        ids = self._ask("GET", f"{TAGGING}/category")
        return next((i for i in ids if self._ask("GET", f"{TAGGING}/category/id:{i}")["name"] == name), None)

    def tag(self, category: str, name: str) -> str | None:
        """The id of the tag with this name in the category with this id, or None."""
        ids = self._ask("POST", f"{TAGGING}/tag/id:{category}?~action=list-tags-for-category")
        return next((i for i in ids if self._ask("GET", f"{TAGGING}/tag/id:{i}")["name"] == name), None)

    def _ask(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        if not self._token:
            pair = f"{self._connection.user}:{self._connection.password}".encode()
            basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
            self._token = str(self._send("POST", "/rest/com/vmware/cis/session", basic))
        return self._send(method, path, {"vmware-api-session-id": self._token})

    def _send(self, method: str, path: str, headers: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
        url = f"https://{self._connection.server}{path}"
        request = urllib.request.Request(url, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT, context=self._tls) as answer:  # noqa: S310
            return json.load(answer)["value"]
