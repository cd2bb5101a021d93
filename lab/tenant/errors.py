"""Refusals in Microsoft Graph's own form."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

BAD_REQUEST = "Request_BadRequest"
"""The code of the directory's own refusals (Microsoft Graph: error responses and resource types)."""


class GraphError(Exception):
    """A request that Graph refuses: HTTP status, Graph's code, and a sentence for whoever sent it."""

    def __init__(
        self,
        message: str,
        code: str = BAD_REQUEST,
        status: int = HTTPStatus.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = int(status)
        self.headers = dict(headers or {})


def not_found(key: str) -> GraphError:
    """No such object, or none that can be seen yet."""
    return GraphError(
        f"Resource '{key}' does not exist or one of its queried reference-property objects are not present.",
        "Request_ResourceNotFound",
        HTTPStatus.NOT_FOUND,
    )


def conflict(name: str) -> GraphError:
    """A value that must be unique is taken."""
    return GraphError(f"Another object with the same value for property {name} already exists.")


def denied() -> GraphError:
    """The caller lacks the right (Microsoft Graph: resolve authorization errors)."""
    return GraphError(
        "Insufficient privileges to complete the operation.", "Authorization_RequestDenied", HTTPStatus.FORBIDDEN
    )


def unsupported(what: str) -> GraphError:
    """A query that this directory does not answer."""
    return GraphError(f"Unsupported Query: {what}.", "Request_UnsupportedQuery")


def document(error: GraphError, client_request_id: str | None = None) -> dict[str, Any]:
    """The body of a refusal."""
    request_id = str(uuid.uuid4())
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "innerError": {
                "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": request_id,
                "client-request-id": client_request_id or request_id,
            },
        }
    }
