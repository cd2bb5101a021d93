"""The plan as a JSON document: what `ggvv plan --format json` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from reference.model import Model

if TYPE_CHECKING:
    from reference.architecture import Architecture

VERSION = 1
"""Raised when a reader of the older document would misread a newer one."""


def document(architecture: Architecture) -> dict[str, Any]:
    """The whole architecture, readable without the code."""
    plan, inventory = architecture.plan, architecture.inventory
    return {
        "version": VERSION,
        "environment": architecture.choices.environment,
        "sample": inventory.sample,
        "samples": list(inventory.samples),
        "note": inventory.note,
        "choices": architecture.choices.model_dump(mode="json"),
        "sites": _all(architecture.sites),
        "clusters": _all(architecture.clusters),
        "municipalities": _all(architecture.municipalities),
        "mapping": architecture.definitions.municipalities.mapping,
        "totals": architecture.definitions.municipalities.totals.model_dump(),
        "differences": _all(architecture.differences),
        "parameters": architecture.definitions.parameters.model_dump(),
        "segments": _segments(plan.segments),
        "clients": _segments(plan.clients),
        "device_management": _segments(plan.device_management),
        "fabric": plan.fabric.model_dump(mode="json"),
        "esxi_hosts": _all(architecture.esxi_hosts),
        "hosts": _all(architecture.hosts),
        "servers": _servers(architecture),
        "waves": _waves(architecture),
        "backup": architecture.definitions.backup.model_dump(mode="json"),
        "capacity": {
            "scope": architecture.capacity.scope,
            "servers": architecture.capacity.servers,
            "backup_gib": dict(architecture.capacity.backup_gib),
            "sections": _all(architecture.capacity.sections),
        },
    }


def _all(models: Iterable[Model]) -> list[dict[str, Any]]:
    return [model.model_dump(mode="json") for model in models]


def _segments(segments: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        segment.model_dump(mode="json")
        | {"gateway4": str(segment.gateway4), "gateway6": str(segment.gateway6), "arithmetic": segment.sizing.text}
        for segment in segments
    ]


def _servers(architecture: Architecture) -> list[dict[str, Any]]:
    return [
        server.model_dump(mode="json") | {"pair": server.pair, "exists": server.exists}
        for server in architecture.servers
    ]


def _waves(architecture: Architecture) -> dict[str, dict[str, int]]:
    """How many servers of each wave are in each state."""
    counts: dict[str, dict[str, int]] = {wave: {} for wave in architecture.waves}
    for server in architecture.servers:
        wave = counts[server.wave]
        wave[server.state] = wave.get(server.state, 0) + 1
    return counts
