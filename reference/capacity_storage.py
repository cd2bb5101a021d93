"""Storage of the zones (CAP-1, STO-1), with the arithmetic shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from reference.choices import Choices
from reference.line import Line, Section
from reference.parameter import Parameters
from reference.server import Server

GIB_PER_TIB = 1024


def data_gib(servers: Iterable[Server], parameters: Parameters) -> int:
    """Data of these servers at the end of the planning period, GiB."""
    provisioned = sum(server.disk_gib for server in servers)
    return math.ceil(parameters.grown(provisioned) * parameters.storage_used_share.value)


def storage_section(site: str, other: str, servers: Sequence[Server], parameters: Parameters) -> Section:
    """The raw storage that `site` needs: its own data and the synchronous copy of the `other` zone's."""
    p = parameters
    own_disk = sum(s.disk_gib for s in servers if s.zone == site)
    own = data_gib((s for s in servers if s.zone == site), p)
    copy = data_gib((s for s in servers if s.zone == other), p)
    stored = math.ceil((own + copy) / p.storage_reduction.value)
    with_raid = math.ceil(stored * p.storage_raid_factor.value)
    raw = math.ceil(with_raid / (1 - p.storage_free_share.value))
    return Section(
        title=f"storage {site}",
        lines=(
            Line(label="provisioned", formula="sum of disks", value=own_disk, unit="GiB"),
            Line(
                label="own data",
                formula=f"{own_disk} x {1 + p.growth.value:.2f} growth x {p.storage_used_share.value:g} used",
                value=own,
                unit="GiB",
            ),
            Line(label="second copy", formula=f"own data of {other}", value=copy, unit="GiB"),
            Line(
                label="stored",
                formula=f"({own} + {copy}) / {p.storage_reduction.value:g} reduction",
                value=stored,
                unit="GiB",
            ),
            Line(
                label="with RAID",
                formula=f"{stored} x {p.storage_raid_factor.value:g} RAID",
                value=with_raid,
                unit="GiB",
            ),
            Line(
                label="raw needed",
                formula=f"{with_raid} / (1 - {p.storage_free_share.value:g} kept free)",
                value=raw,
                unit="GiB",
            ),
        ),
    )


def storage_findings(site: str, section: Section, choices: Choices) -> Iterable[str]:
    """What the zone's declared storage lacks; nothing where the stack declares none."""
    declared = choices.zone(site).storage_tib
    needed = section.value("raw needed") / GIB_PER_TIB
    if declared is not None and declared < needed:
        yield (
            f"{site}: found {declared:g} TiB of raw storage, needed are {needed:.1f} TiB for both copies "
            f"(CAP-1, STO-1); raise `ggvv:sites.{site}.storage_tib` to {math.ceil(needed)}"
        )
