"""The architecture of a stack: everything that follows from its choices, as one checked value."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from reference import address_checks
from reference.addressing import AddressPlan, Planner
from reference.capacity import CapacityReport, host_size
from reference.capacity_report import report
from reference.choices import Choices, HostChoice, ZoneChoice, refuse_unknown_municipalities
from reference.data import FOLDER
from reference.definitions import Definitions
from reference.errors import refuse
from reference.fabric import Link
from reference.host import BACKUP_ROLES, ESXI_OFFSET, STORAGE_ARRAY, EsxiHost, Host, infrastructure
from reference.inventory import SERVERS, Inventory
from reference.model import Model
from reference.municipality import Difference, Municipality
from reference.parameter import Parameters
from reference.placement import check_placements, place_servers
from reference.segment import Segment
from reference.server import Server
from reference.site import Site
from reference.space import Space
from reference.wave import check_waves


class Cluster(Model):
    """A vSphere cluster and the sites that its hosts stand in; an existing one is only looked up (SITE-3)."""

    name: str
    sites: tuple[str, ...]
    existing: bool


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
        known = tuple(m.id for m in definitions.municipalities.municipalities)
        refuse_unknown_municipalities(choices.municipalities, known)
        inventory = inventory or Inventory.load(known, _inventory_folder(choices))
        check_waves(choices.waves, inventory.waves)
        sites = definitions.sites
        rows = (row for rows in inventory.servers.values() for row in rows)
        check_placements(choices.placements, rows, sites)
        chosen = tuple(
            m for m in definitions.municipalities.municipalities if m.id in (choices.municipalities or known)
        )
        space = Space(choices.ipv4_supernet, choices.ipv6_supernet)
        plan = Planner(space, definitions.parameters).plan(
            sites, chosen, definitions.segments, definitions.fabric, choices.segments
        )
        refuse(address_checks.findings(plan))
        segments = {segment.name: segment for segment in plan.segments}
        hosts = infrastructure(definitions.hosts, sites, segments)
        active = [site.id for site in sites if site.hosts_workloads]
        servers = place_servers(inventory, chosen, segments, active, choices.placements, choices.waves)
        built = cls(
            choices=choices,
            definitions=definitions,
            inventory=inventory,
            municipalities=chosen,
            plan=plan,
            hosts=hosts,
            esxi_hosts=_esxi_hosts(choices, sites, segments, definitions.parameters),
            servers=servers,
            clusters=_clusters(choices),
            capacity=report(choices, sites, servers, hosts, definitions.parameters),
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


def _esxi_hosts(
    choices: Choices, sites: tuple[Site, ...], segments: dict[str, Segment], parameters: Parameters
) -> tuple[EsxiHost, ...]:
    """The new hosts of every site; an existing platform's hosts are its own."""
    return tuple(
        host
        for site in sites
        for choice in [choices.site(site.id)]
        if not _is_existing(choice)
        for host in _of_site(site, choice, segments[f"{site.id}-management"], choices.domain, parameters)
    )


def _of_site(
    site: Site, choice: HostChoice, management: Segment, domain: str, parameters: Parameters
) -> list[EsxiHost]:
    size = host_size(choice, parameters, witness=not site.hosts_workloads)
    return [
        EsxiHost(
            name=f"{site.id}-esx-{n:02}",
            fqdn=f"{site.id}-esx-{n:02}.{domain}",
            site=site.id,
            number=ESXI_OFFSET + n,
            cores=size.cores,
            sockets=size.sockets,
            ram_gib=size.ram_gib,
            ipv4=management.address4(ESXI_OFFSET + n),
            ipv6=management.address6(ESXI_OFFSET + n),
        )
        for n in range(1, choice.hosts + 1)
    ]


def _is_existing(choice: HostChoice) -> bool:
    return isinstance(choice, ZoneChoice) and choice.existing is not None


def _clusters(choices: Choices) -> tuple[Cluster, ...]:
    """One stretched cluster over two new zones; a cluster for each zone where one runs already; the witness's own."""
    zones = {"dc1": choices.sites.dc1, "dc2": choices.sites.dc2}
    witness = Cluster(name="ggvv-witness", sites=("dc3",), existing=False)
    if not any(zone.existing for zone in zones.values()):
        return (Cluster(name="ggvv-active", sites=tuple(zones), existing=False), witness)
    own = [
        Cluster(
            name=zone.existing.cluster if zone.existing else f"ggvv-{site}", sites=(site,), existing=bool(zone.existing)
        )
        for site, zone in zones.items()
    ]
    return (*own, witness)
