"""What a stack chooses: the typed form of its file, without endpoints and secrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from reference.endpoint import CONNECTION_KEYS
from reference.errors import ArchitectureError, explain
from reference.host import MOST_ESXI
from reference.identity_choices import IdentityChoices
from reference.model import Model
from reference.overrides import SegmentOverride
from reference.server import NAME, State
from reference.space import IPV4_SUPERNET, IPV6_SUPERNET

KEY_PREFIX = "ggvv:"
"""The namespace of the project's keys in a stack file."""


class Storage(StrEnum):
    """How the zones' storage is made (STO-1)."""

    SAN = "san"
    VSAN_STRETCHED = "vsan-stretched"


class CapacityScope(StrEnum):
    """Which servers the platform must carry: those of the waves that the stack names, or all of the inventory."""

    DEPLOYED = "deployed"
    ALL = "all"


class ExistingPlatform(Model):
    """A platform that runs already and is only looked up (SITE-3), and the old load that it keeps."""

    datacenter: str = Field(description="the existing vSphere datacenter's name")
    cluster: str = Field(description="the existing cluster's name")
    distributed_switch: str = Field(description="the existing distributed switch's name")
    datastore: str = Field(description="the existing datastore's name")
    reserved_ram_gib: int = Field(
        strict=True, default=0, ge=0, description="memory of the old load, kept free for it, GiB"
    )
    reserved_vcpu: int = Field(strict=True, default=0, ge=0, description="vCPU of the old load, kept free for it")


class HostChoice(Model):
    """How many hosts a site has and what they are; what is not said comes from the parameters."""

    hosts: int = Field(strict=True, ge=1, le=MOST_ESXI, description="number of ESXi hosts")
    host_cores: int | None = Field(
        strict=True, default=None, ge=1, description="physical cores of a host, all sockets together"
    )
    host_ram_gib: int | None = Field(strict=True, default=None, ge=1, description="memory of a host, GiB")
    sockets: int | None = Field(strict=True, default=None, ge=1, description="processors of a host")
    backup_tib: float | None = Field(
        default=None, gt=0, description="space for backups at the site, TiB; checked if given"
    )


class ZoneChoice(HostChoice):
    """An active zone: new hosts, or an existing platform on which the new logical layer is laid."""

    mode: Literal["new", "existing"] = Field(default="new", description="new hosts, or an existing platform")
    existing: ExistingPlatform | None = Field(default=None, description="the platform; goes with mode existing")
    storage_tib: float | None = Field(default=None, gt=0, description="raw storage of the zone, TiB; checked if given")

    @model_validator(mode="after")
    def _existing_is_described(self) -> ZoneChoice:
        if self.mode == "existing" and self.existing is None:
            raise ValueError(
                "mode is existing, and `existing` is missing; add it, with datacenter, cluster, "
                "distributed_switch and datastore"
            )
        if self.mode == "new" and self.existing is not None:
            raise ValueError(
                "mode is new, and `existing` is there; right is one or the other; remove it or set mode: existing"
            )
        return self


class WitnessChoice(HostChoice):
    """DC3: hosts for the witness, the vault and the log store only."""

    mode: Literal["new"] = Field(default="new", description="DC3 is always new")


class SiteChoices(Model):
    """The three sites."""

    dc1: ZoneChoice
    dc2: ZoneChoice
    dc3: WitnessChoice


class Choices(Model):
    """A stack's choices; every key has a description, and every default stands here."""

    environment: str = Field(description="the environment's name, as people say it")
    sites: SiteChoices = Field(description="the three sites' hosts")
    platform: str = Field(
        default="ggvv", description="name of what is new in vCenter: datacenter, roles, tag categories"
    )
    domain: str = Field(default="ggvv.internal", pattern=NAME, description="DNS domain of hosts")
    directory_domain: str = Field(
        default="GGVV", description="short name of the directory that vCenter knows groups from"
    )
    storage: Storage = Field(default=Storage.SAN, description="how storage is made in both zones")
    waves: dict[str, State] = Field(default_factory=dict, description="state of each wave that is turned")
    municipalities: tuple[str, ...] | None = Field(default=None, description="who takes part; all if not said")
    capacity_scope: CapacityScope = Field(default=CapacityScope.ALL, description="which servers must be carried")
    host_thumbprints: dict[str, str] = Field(
        default_factory=dict, description="SHA-1 thumbprint of each new ESXi host's certificate, by host name"
    )
    inventory: str | None = Field(default=None, description="folder of another inventory than the built-in sample")
    placements: dict[str, str] = Field(default_factory=dict, description="servers whose zone is not the derived one")
    segments: dict[str, SegmentOverride] = Field(default_factory=dict, description="own prefixes, VLAN ids or segments")
    identity: IdentityChoices | None = Field(
        default=None, description="the Entra ID tenant; none is deployed if not said"
    )
    ipv4_supernet: IPv4Network = Field(default=IPV4_SUPERNET, description="where all IPv4 prefixes come from, /10")
    ipv6_supernet: IPv6Network = Field(default=IPV6_SUPERNET, description="where all IPv6 prefixes come from, /48")

    @field_validator("municipalities")
    @classmethod
    def _each_once(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        twice = [name for name, count in Counter(names or ()).items() if count > 1]
        if names == ():
            raise ValueError(
                "found an empty list; right is at least one, or no key for all; name one or remove the key"
            )
        if twice:
            raise ValueError(f"found {', '.join(twice)} in two places; right is each municipality once; remove one")
        return names

    def zone(self, site: str) -> ZoneChoice:
        """The choice of an active zone; KeyError for any other site."""
        return {"dc1": self.sites.dc1, "dc2": self.sites.dc2}[site]

    def site(self, site: str) -> HostChoice:
        """The hosts that any site has."""
        return self.sites.dc3 if site == "dc3" else self.zone(site)

    @classmethod
    def from_config(cls, values: Mapping[str, Any], source: str) -> Choices:
        """Type a stack file's values (keys without the namespace), read from `source`.

        Raises:
            ArchitectureError: one sentence for each key that is unknown, missing or wrong.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise explain(error, cls, source, KEY_PREFIX, also=CONNECTION_KEYS) from error

    @classmethod
    def keys(cls) -> dict[str, str]:
        """Every key with its description, for documentation."""
        return {f"{KEY_PREFIX}{name}": field.description or "" for name, field in cls.model_fields.items()}


def refuse_unknown_municipalities(chosen: tuple[str, ...] | None, known: tuple[str, ...]) -> None:
    """Refuse a municipality that the architecture doesn't know.

    Raises:
        ArchitectureError: names it and those there are.
    """
    for name in chosen or ():
        if name not in known:
            raise ArchitectureError(
                f"`{KEY_PREFIX}municipalities`: found '{name}'; right is one of {', '.join(known)}; correct the name"
            )
