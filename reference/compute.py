"""The virtualisation platform that a stack chooses (CMP-1, SITE-3): clusters, and the new ESXi hosts in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reference.capacity import host_size
from reference.choices import Choices, HostChoice, ZoneChoice
from reference.host import ESXI_OFFSET, EsxiHost
from reference.model import Model
from reference.parameter import Parameters
from reference.segment import Segment
from reference.site import Site


class Cluster(Model):
    """A vSphere cluster and the sites that its hosts stand in; an existing one is only looked up (SITE-3)."""

    name: str
    sites: tuple[str, ...]
    existing: bool


def esxi_hosts(
    choices: Choices, sites: Sequence[Site], segments: Mapping[str, Segment], parameters: Parameters
) -> tuple[EsxiHost, ...]:
    """The new hosts of every site; an existing platform's hosts are its own."""
    return tuple(
        host
        for site in sites
        for choice in [choices.site(site.id)]
        if not _is_existing(choice)
        for host in hosts_of_site(site, choice, segments[f"{site.id}-management"], choices.domain, parameters)
    )


def hosts_of_site(
    site: Site, choice: HostChoice, management: Segment, domain: str, parameters: Parameters
) -> list[EsxiHost]:
    """A site's hosts: host n's name and addresses follow from the site and n alone."""
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


def clusters(choices: Choices) -> tuple[Cluster, ...]:
    """One stretched cluster over two new zones; where one runs already, each zone's own; and the witness's.

    Two zones that name the same existing cluster share it.
    """
    zones = {"dc1": choices.sites.dc1, "dc2": choices.sites.dc2}
    witness = Cluster(name="ggvv-witness", sites=("dc3",), existing=False)
    if not any(zone.existing for zone in zones.values()):
        return (Cluster(name="ggvv-active", sites=tuple(zones), existing=False), witness)
    sites: dict[tuple[str, bool], tuple[str, ...]] = {}
    for site, zone in zones.items():
        key = (zone.existing.cluster, True) if zone.existing else (f"ggvv-{site}", False)
        sites[key] = (*sites.get(key, ()), site)
    return (*(Cluster(name=name, sites=at, existing=existing) for (name, existing), at in sites.items()), witness)
