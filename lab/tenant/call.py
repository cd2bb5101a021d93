"""One request on its way through the directory, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError
from lab.tenant.query import Query
from lab.tenant.tokens import Caller
from lab.tenant.values import check_value


@dataclass(frozen=True)
class Answer:
    """What goes back: a status and a JSON body, or none."""

    status: int = HTTPStatus.OK
    body: Any = None


NO_CONTENT = Answer(HTTPStatus.NO_CONTENT)


@dataclass(frozen=True)
class Call:
    """A request that was let in. `root` is the URL of the API version, `url` that of the request without its query."""

    directory: Directory
    caller: Caller
    root: str
    url: str
    version: str
    keys: Mapping[str, str]
    body: Any
    query: Query
    options: Mapping[str, str] = field(default_factory=dict)

    def with_body(self, body: dict[str, Any]) -> Call:
        """The same request with another body: one operation carried out by means of another."""
        return replace(self, body=body)

    def parameters(self, action: str, *required: str) -> dict[str, Any]:
        """The parameters of an action, from the request's body.

        Raises:
            GraphError: one is missing, unknown or of another type.
        """
        given = {} if self.body is None else self.body
        check_value(self.directory.schema, action, given, action)
        for name in required:
            if given.get(name) is None:
                raise GraphError(f"A value is required for parameter '{name}' of '{action}'.")
        return dict(given)


Handler = Callable[[Call], Answer]


def reference(call: Call) -> str:
    """The id that a body with `@odata.id` refers to.

    Raises:
        GraphError: the body has none.
    """
    url = call.body.get("@odata.id") if isinstance(call.body, dict) else None
    if not isinstance(url, str) or "/" not in url:
        raise GraphError("Invalid URL format specified in @odata.id.")
    return key_of(url)


def key_of(url: str) -> str:
    """The last id of a reference such as https://…/v1.0/directoryObjects/{id} or …/directoryObjects('{id}')."""
    return url.rstrip("/").rpartition("/")[2].removesuffix("')").rpartition("('")[2]
