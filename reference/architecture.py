"""The architecture of a stack: everything that follows from its choices, as one checked value."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from reference import address_checks
from reference.addressing import AddressPlan, Planner
from reference.backup_checks import backup_findings
from reference.capacity import CapacityReport
from reference.capacity_report import report
from reference.choices import Choices, refuse_unknown_municipalities
from reference.compute import Cluster, clusters, esxi_hosts
from reference.data import FOLDER
from reference.definitions import Definitions
from reference.directory import Directory
from reference.errors import refuse
from reference.fabric import Link
from reference.host import BACKUP_ROLES, STORAGE_ARRAY, EsxiHost, Host, infrastructure
from reference.inventory import SERVERS, Inventory
from reference.model import Model
from reference.municipality import Difference, Municipality
from reference.placement import check_placements, place_servers
from reference.segment import Segment
from reference.server import Server
from reference.site import Site
from reference.space import Space
from reference.wave import check_waves

__all__ = ["Architecture", "Cluster"]


class Architecture(Model):
    """The value that everything else is made from and tested against."""

    choices: Choices
    definitions: Definitions
    inventory: Inventory
    municipalities: tuple[Municipality, ...]
    plan: AddressPlan
    hosts: tuple[Host, ...]
    esxi_hosts: tuple[EsxiHost, ...]
    servers: tuple[Server, ...]
    clusters: tuple[Cluster, ...]
    capacity: CapacityReport

    @classmethod
    def build(
        cls, choices: Choices, definitions: Definitions | None = None, inventory: Inventory | None = None
    ) -> Architecture:
        """Build and check the architecture that `choices` ask for.

        `definitions` and `inventory` replace the data files (for tests and benchmarks).

        Raises:
            ArchitectureError: something does not hold; all findings of the first kind that has any.
        """
        definitions = definitions or Definitions.load()
        inventory = inventory or Inventory.load(definitions.municipalities.ids, _inventory_folder(choices))
        _check_choices(choices, definitions, inventory)
        sites, municipalities = definitions.sites, definitions.municipalities.chosen(choices.municipalities)
        _check_backup(definitions)
        plan = _plan(choices, definitions, municipalities)
        segments = {segment.name: segment for segment in plan.segments}
        active = [site.id for site in sites if site.hosts_workloads]
        hosts = infrastructure(definitions.hosts, sites, segments)
        servers = place_servers(inventory, municipalities, segments, active, choices.placements, choices.waves)
        built = cls(
            choices=choices,
            definitions=definitions,
            inventory=inventory,
            municipalities=municipalities,
            plan=plan,
            hosts=hosts,
            esxi_hosts=esxi_hosts(choices, sites, segments, definitions.parameters),
            servers=servers,
            clusters=clusters(choices),
            capacity=report(choices, sites, servers, hosts, definitions.parameters, definitions.backup),
        )
        built.check()
        return built

    def check(self) -> None:
        """Check what is known only when all is built: hosts in their segments, names, capacity.

        Raises:
            ArchitectureError: something does not hold.
        """
        refuse(address_checks.host_findings(self.plan, self.hosts, self.esxi_hosts))
        infrastructure_names = {host.name for host in self.hosts} | {host.name for host in self.esxi_hosts}
        refuse(
            f"{server.municipality}.csv: the server name '{server.name}' is an infrastructure host's; rename the server"
            for server in self.servers
            if server.name.lower() in infrastructure_names
        )
        self.capacity.check()

    @property
    def sites(self) -> tuple[Site, ...]:
        """The three sites."""
        return self.definitions.sites

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments of the data centres: sites', shared, and the municipalities' tiers."""
        return self.plan.segments

    @property
    def links(self) -> tuple[Link, ...]:
        """The links between sites and to the municipalities."""
        return self.plan.fabric.links

    @property
    def waves(self) -> tuple[str, ...]:
        """The names of all waves."""
        return self.inventory.waves

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the source's figures don't add up."""
        return self.definitions.municipalities.differences()

    @cached_property
    def deployed(self) -> tuple[Server, ...]:
        """The servers that exist in the new environment now (MIG-1)."""
        return tuple(server for server in self.servers if server.exists)

    @cached_property
    def directory(self) -> Directory:
        """The groups of the shared directory (IDM-1)."""
        return Directory.build(self.choices.platform, self.municipalities, self.definitions.groups)

    def site(self, id_: str) -> Site:
        """The site with this id; KeyError if there is none."""
        return {site.id: site for site in self.sites}[id_]

    def segment(self, name: str) -> Segment:
        """The segment with this name; KeyError if there is none."""
        return self.plan.segment(name)

    def hosts_at(self, site: str) -> tuple[Host, ...]:
        """A site's infrastructure hosts but those that keep backups."""
        return tuple(host for host in self.hosts if host.site == site and host.role not in BACKUP_ROLES)

    def backup_hosts_at(self, site: str) -> tuple[Host, ...]:
        """A site's hosts that keep backups: the backup server, or the vault in DC3."""
        return tuple(host for host in self.hosts if host.site == site and host.role in BACKUP_ROLES)

    def backup_space_gib(self, site: str) -> int:
        """The space for backups that the site needs, GiB (CAP-1, BAK-1, BAK-2)."""
        return self.capacity.backup_gib[site]

    def storage_address(self, site: str) -> str:
        """The IPv4 address of the site's storage array."""
        return str(self.segment(f"{site}-storage").address4(STORAGE_ARRAY))

    def to_json(self) -> dict[str, Any]:
        """The plan as a versioned document for programs."""
        from reference.document import document  # noqa: PLC0415 - the document reads this class

        return document(self)


def _inventory_folder(choices: Choices) -> Path:
    """The folder that the stack names, relative to the project, or the built-in sample."""
    return FOLDER.parent / choices.inventory if choices.inventory else SERVERS


def _check_choices(choices: Choices, definitions: Definitions, inventory: Inventory) -> None:
    """Refuse names in the stack file that stand for nothing."""
    refuse_unknown_municipalities(choices.municipalities, definitions.municipalities.ids)
    check_waves(choices.waves, inventory.waves)
    if choices.identity is not None:
        refuse(choices.identity.findings(definitions.municipalities.ids, inventory.waves))
    rows = (row for rows in inventory.servers.values() for row in rows)
    check_placements(choices.placements, rows, definitions.sites)


def _check_backup(definitions: Definitions) -> None:
    """Refuse a backup plan that does not hold together, whatever the stack."""
    groups = [kind.concept for kind in definitions.groups]
    refuse(backup_findings(definitions.backup, definitions.sites, definitions.municipalities.ids, groups))


def _plan(choices: Choices, definitions: Definitions, municipalities: tuple[Municipality, ...]) -> AddressPlan:
    """The address plan, checked."""
    space = Space(choices.ipv4_supernet, choices.ipv6_supernet)
    planner = Planner(space, definitions.parameters)
    plan = planner.plan(definitions.sites, municipalities, definitions.segments, definitions.fabric, choices.segments)
    refuse(address_checks.findings(plan))
    return plan
