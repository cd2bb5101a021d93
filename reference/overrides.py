"""What a stack file may say about segments: another VLAN id or prefix, or a segment of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network

from pydantic import Field

from reference.errors import ArchitectureError
from reference.model import Model
from reference.segment import Scope, Segment, Sizing


class SegmentOverride(Model):
    """A stack's own values for a segment; a segment that the architecture doesn't know needs all three."""

    ipv4: IPv4Network | None = Field(default=None, description="IPv4 prefix")
    ipv6: IPv6Network | None = Field(default=None, description="IPv6 prefix")
    vlan: int | None = Field(default=None, strict=True, description="VLAN id, 1 to 4094")


def overridden(
    planned: Sequence[Segment], overrides: Mapping[str, SegmentOverride], active: tuple[str, ...], reserve: int
) -> tuple[Segment, ...]:
    """The planned segments with a stack's values, and its own segments after them.

    `reserve` is how many addresses any segment needs at least.

    Raises:
        ArchitectureError: a segment of the stack's own lacks a value.
    """
    known = {segment.name for segment in planned}
    changed = [
        _changed(segment, overrides[segment.name]) if segment.name in overrides else segment for segment in planned
    ]
    return (*changed, *(_own(name, value, active, reserve) for name, value in overrides.items() if name not in known))


def _changed(segment: Segment, override: SegmentOverride) -> Segment:
    update: dict[str, object] = override.model_dump(exclude_none=True)
    if override.ipv4 is not None:
        update["block"] = override.ipv4
    return segment.model_copy(update=update)


def _own(name: str, override: SegmentOverride, active: tuple[str, ...], reserve: int) -> Segment:
    if override.ipv4 is None or override.ipv6 is None or override.vlan is None:
        absent = ", ".join(key for key in SegmentOverride.model_fields if getattr(override, key) is None)
        raise ArchitectureError(
            f"`ggvv:segments.{name}`: the architecture has no segment of this name, and {absent} is missing for one of "
            f"the stack's own; correct the name or add {absent}"
        )
    return Segment(
        name=name,
        vlan=override.vlan,
        ipv4=override.ipv4,
        ipv6=override.ipv6,
        block=override.ipv4,
        scope=Scope.SHARED,
        zone=name,
        purpose="declared by the stack",
        spans=active,
        sizing=Sizing(hosts=0, growth=0.0, reserve=reserve, needed=reserve, prefix=32 - (reserve + 1).bit_length()),
    )
