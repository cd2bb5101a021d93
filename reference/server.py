"""The municipalities' servers: one row of the inventory, and the same server with its place in the architecture."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from pydantic import Field

from reference.model import Model

FIRST_NUMBER = 16
"""A server's number n is host n + 15 of its segment: gateway, firewalls and services come before."""

NAME = r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"
"""A host name's letters; vCenter, DNS and Windows all take it."""

_PARTNER = re.compile(r"^(.*\d)([ab])$", re.IGNORECASE)


class Tier(StrEnum):
    """Which of its municipality's segments a server is in (FW-2)."""

    WEB = "web"
    APP = "app"
    DATA = "data"


class Criticality(StrEnum):
    """What must run on when a zone is lost (CAP-1): `must-run` at once, the rest when there is room."""

    MUST_RUN = "must-run"
    IMPORTANT = "important"
    NORMAL = "normal"


class State(StrEnum):
    """Where a server is on its way (MIG-1); it exists in the new environment when parallel or migrated."""

    PLANNED = "planned"
    PARALLEL = "parallel"
    MIGRATED = "migrated"
    ROLLED_BACK = "rolled_back"


class ServerRow(Model):
    """One row of `servers/<municipality>.csv`.

    `number` is its own place in the municipality's address plan, given once and never used again. RAM and
    disk in GiB. `krt`: levels 0 to 4 of confidentiality, integrity and availability (SKR KLASSA).
    """

    name: str = Field(pattern=NAME, description="letters, digits, '.', '_' and '-', at most 63")
    number: int = Field(ge=1)
    os: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", description="lower-case words like windows-server-2022")
    vcpu: int = Field(ge=1, le=768)
    ram_gib: int = Field(ge=1, le=24576)
    disk_gib: int = Field(ge=1, le=4_000_000)
    tier: Tier
    criticality: Criticality
    krt: str = Field(pattern=r"^[0-4]/[0-4]/[0-4]$", description="three levels from 0 to 4, like 2/3/2")
    wave: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="a lower-case name like wave-1")
    state: State

    @property
    def pair(self) -> str | None:
        """The name that partners share: `…01a` and `…01b` back each other up and never share a host or zone."""
        partner = _PARTNER.match(self.name)
        return partner[1] if partner else None


class Server(ServerRow):
    """A server with its place: municipality, zone, segment and addresses."""

    municipality: str
    zone: str
    segment: str
    ipv4: IPv4Address
    ipv6: IPv6Address

    @property
    def exists(self) -> bool:
        """Whether it is in the new environment now."""
        return self.state in {State.PARALLEL, State.MIGRATED}


def home_zone(name: str, active: Sequence[str]) -> str:
    """The zone that a server runs in: partners a and b in the first and second, others by a stable hash.

    It depends on the name alone, so that no server moves because another one came.
    """
    partner = _PARTNER.match(name)
    if partner:
        return active["ab".index(partner[2].lower()) % len(active)]
    return active[zlib.crc32(name.encode()) % len(active)]
