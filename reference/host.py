"""Hosts: physical ESXi hosts (CMP-1), and the infrastructure machines of each site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Literal

from pydantic import Field

from reference.model import Model
from reference.segment import Segment
from reference.site import Site

ESXI_OFFSET = 100
"""ESXi host n has number 100 + n in its site's management segment."""

STORAGE_ARRAY = 10
"""The storage array's number in its site's storage segment."""

MOST_ESXI = 150
"""ESXi hosts that a site's management segment has numbers for."""


class HostRole(StrEnum):
    """What an infrastructure host is for."""

    FIREWALL = "firewall"
    CLUSTER_NODE = "cluster-node"
    IDENTITY = "identity"
    NAME_AND_TIME = "name-and-time"
    LOG_RELAY = "log-relay"
    BACKUP_SERVER = "backup-server"
    WITNESS = "witness"
    BACKUP_VAULT = "backup-vault"
    LOG_STORE = "log-store"
    JUMP = "jump"
    ITSM = "itsm"


BACKUP_ROLES = frozenset({HostRole.BACKUP_SERVER, HostRole.BACKUP_VAULT})
"""Roles that keep backups: their machines also get the space that the capacity plan needs."""


class EsxiHost(Model):
    """A physical host of the virtualisation platform; `cores` in all sockets, RAM in GiB."""

    name: str
    fqdn: str
    site: str
    number: int
    cores: int
    sockets: int
    ram_gib: int
    ipv4: IPv4Address
    ipv6: IPv6Address


class Host(Model):
    """An infrastructure machine; its address is in the first of `segments`, by `number`.

    `pair` names the group whose members never share an ESXi host.
    """

    name: str
    role: HostRole
    site: str
    number: int
    segments: tuple[str, ...]
    os: str
    vcpu: int
    ram_gib: int
    disk_gib: int
    pair: str | None
    ipv4: IPv4Address
    ipv6: IPv6Address

    @property
    def segment(self) -> str:
        """The segment that its address is in."""
        return self.segments[0]


class HostKind(Model):
    """One line of `hosts.yaml`: a kind of host and where its hosts are (`at`: site → index → number)."""

    role: HostRole
    code: str
    os: str
    vcpu: int = Field(ge=1)
    ram_gib: int = Field(ge=1)
    disk_gib: int = Field(ge=1)
    segments: tuple[str, ...] = Field(min_length=1)
    apart: Literal["site", "kind"] | None = None
    at: dict[str, dict[int, int]]


def infrastructure(
    kinds: Sequence[HostKind], sites: Sequence[Site], segments: Mapping[str, Segment]
) -> tuple[Host, ...]:
    """All infrastructure hosts of `sites`, with their addresses."""
    return tuple(
        _host(kind, site.id, index, number, segments)
        for site in sites
        for kind in kinds
        for index, number in kind.at.get(site.id, {}).items()
    )


def _host(kind: HostKind, site: str, index: int, number: int, segments: Mapping[str, Segment]) -> Host:
    names = tuple(f"{site}-{name}" if f"{site}-{name}" in segments else name for name in kind.segments)
    first = segments[names[0]]
    pair = {None: None, "site": f"{site}-{kind.code}", "kind": f"shared-{kind.code}"}[kind.apart]
    return Host(
        name=f"{site}-{kind.code}-{index:02}",
        role=kind.role,
        site=site,
        number=number,
        segments=names,
        os=kind.os,
        vcpu=kind.vcpu,
        ram_gib=kind.ram_gib,
        disk_gib=kind.disk_gib,
        pair=pair,
        ipv4=first.address4(number),
        ipv6=first.address6(number),
    )
