"""Everything that the data files define, loaded at once; a stack's choices come on top."""

from __future__ import annotations

from pathlib import Path

from reference.backup_plan import BackupPlan
from reference.data import FOLDER, load
from reference.directory import GroupKind, group_kinds
from reference.fabric import FabricPlan
from reference.host import HostKind
from reference.model import Model
from reference.municipality import Municipalities
from reference.parameter import Parameters
from reference.segment import SegmentKinds
from reference.site import Site


class Definitions(Model):
    """The architecture's definitions, the same for every stack."""

    sites: tuple[Site, ...]
    municipalities: Municipalities
    parameters: Parameters
    segments: SegmentKinds
    fabric: FabricPlan
    hosts: tuple[HostKind, ...]
    groups: tuple[GroupKind, ...]
    backup: BackupPlan

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Definitions:
        """Read the data files in `folder`."""
        return cls(
            sites=load("sites.yaml", tuple[Site, ...], folder),
            municipalities=load("municipalities.yaml", Municipalities, folder),
            parameters=Parameters.load(folder),
            segments=load("segments.yaml", SegmentKinds, folder),
            fabric=load("links.yaml", FabricPlan, folder),
            hosts=load("hosts.yaml", tuple[HostKind, ...], folder),
            groups=group_kinds(folder),
            backup=BackupPlan.load(folder),
        )
