"""Reads a handover back: checked, of the version that this project knows, and of the environment that is meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from reference.errors import ArchitectureError, explain
from reference.handover import VERSION, Handover, HandoverHost

SOURCE = "handover"
"""What the sentences call the document."""


def read_handover(document: Any, environment: str) -> Handover:  # noqa: ANN401 - JSON is of any type until it is checked
    """The handover in `document`, which must be that of `environment`.

    Raises:
        ArchitectureError: it is of another version or another environment, or is no handover at all.
    """
    found = document.get("version") if isinstance(document, dict) else None
    if found != VERSION:
        raise ArchitectureError(
            f"{SOURCE}: found version {found!r}; right is {VERSION}; deploy the stack with the ggvv that reads it"
        )
    try:
        handover = Handover.model_validate(document)
    except ValidationError as error:
        raise explain(error, Handover, SOURCE) from error
    if handover.environment != environment:
        raise ArchitectureError(
            f"{SOURCE}: found environment '{handover.environment}'; right is '{environment}'; "
            "name the stack that is meant, or deploy it first"
        )
    return handover


def nearest_first(hosts: Iterable[HandoverHost], site: str) -> tuple[HandoverHost, ...]:
    """`hosts` with those of `site` first, else by name: whom a host of `site` asks first, and whom after that."""
    return tuple(sorted(hosts, key=lambda host: (host.site != site, host.name)))
