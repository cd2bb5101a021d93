"""What differs between what is deployed and what is declared, property by property, from the engine's own events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi.automation import OpType
from pulumi.automation.events import EngineEvent, StepEventMetadata
from rich.markup import escape
from rich.table import Table

LONGEST = 60
"""Characters of a value that are shown; the rest is in `ggvv exec -- pulumi preview --diff`."""

NOTHING = "–"

_STEP = re.compile(r'\["(?P<quoted>[^"]+)"\]|\[(?P<index>\d+)\]|(?P<name>[^.\[]+)')


@dataclass(frozen=True)
class Difference:
    """One property of one resource: what is deployed now, and what is declared."""

    resource: str
    property: str
    deployed: str
    declared: str


def differences(event: EngineEvent) -> list[Difference]:
    """The properties that a step of the engine would change; none for steps that make, remove or keep."""
    step = event.resource_pre_event.metadata if event.resource_pre_event else None
    if step is None or step.op not in (OpType.UPDATE, OpType.REPLACE):
        return []
    name = step.urn.rsplit("::", 1)[-1]
    paths = list(step.detailed_diff or step.diffs or [])
    return [Difference(name, path, _shown(_deployed(step, path)), _shown(_declared(step, path))) for path in paths]


def table(found: Iterable[Difference]) -> Table:
    """The differences as a table for people."""
    shown = Table(title="What differs", title_justify="left")
    for column in ("resource", "property", "deployed", "declared"):
        shown.add_column(column, overflow="fold")
    for row in found:
        shown.add_row(*map(escape, (row.resource, row.property, row.deployed, row.declared)))
    return shown


def at(document: Any, path: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value at one of the engine's property paths, such as `conditions.users.excludedGroups[0]`, or None.

    Source: Pulumi, "Property paths".
    """
    for step in _STEP.finditer(path):
        if step["index"] is not None:
            entries = document if isinstance(document, Sequence) and not isinstance(document, str) else ()
            position = int(step["index"])
            document = entries[position] if position < len(entries) else None
        else:
            document = document.get(step["quoted"] or step["name"]) if isinstance(document, Mapping) else None
    return document


def _deployed(step: StepEventMetadata, path: str) -> Any:  # noqa: ANN401 - any JSON value
    """What was read of the resource: outputs know what is there, inputs what was asked for last."""
    if step.old is None:
        return None
    found = at(step.old.outputs, path)
    return at(step.old.inputs, path) if found is None else found


def _declared(step: StepEventMetadata, path: str) -> Any:  # noqa: ANN401 - any JSON value
    return at(step.new.inputs, path) if step.new else None


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return NOTHING
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
