"""Named figures with unit, source and reason; code takes every figure from here."""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import Field

from reference.data import FOLDER, load
from reference.model import Model


class Parameter(Model):
    """One figure: `source` is `seed`, `assumed`, or the vendor's document that says so."""

    value: float = Field(ge=0)
    unit: str
    source: str
    reason: str


class Parameters(Model):
    """All figures; the file `parameters.yaml` says of each what it means and where it comes from."""

    growth: Parameter
    address_reserve: Parameter
    longest_segment_prefix: Parameter
    vcpu_per_core: Parameter
    ram_overcommit: Parameter
    hypervisor_ram_gib: Parameter
    hypervisor_cores: Parameter
    host_cores: Parameter
    host_ram_gib: Parameter
    host_sockets: Parameter
    witness_host_cores: Parameter
    witness_host_ram_gib: Parameter
    witness_host_sockets: Parameter
    storage_used_share: Parameter
    storage_reduction: Parameter
    storage_raid_factor: Parameter
    storage_free_share: Parameter
    backup_daily_change: Parameter
    backup_weekly_change: Parameter
    backup_monthly_change: Parameter
    backup_yearly_change: Parameter
    backup_reduction: Parameter
    vsphere_min_cores_per_cpu: Parameter
    windows_min_cores_per_cpu: Parameter
    windows_min_cores_per_server: Parameter

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Parameters:
        """Read `parameters.yaml`."""
        return load("parameters.yaml", cls, folder)

    def grown(self, count: float) -> int:
        """`count` with the growth of the planning period, rounded up; never up by a floating-point crumb."""
        return math.ceil(round(count * (1 + self.growth.value), 6))
