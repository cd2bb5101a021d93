"""The cluster over both zones: who votes, and who keeps which copy of the shared store (CMP-2, STO-1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from ipaddress import IPv4Address

from reference.errors import ArchitectureError
from reference.fabric import ServiceAddress
from reference.handover import Handover, HandoverHost
from reference.host import HostRole
from reference.model import Model

MANAGEMENT = "management"
"""The service address (`links.yaml`) that the cluster holds."""

WITNESS_VOTES = 1
"""corosync-qdevice(8): with the algorithm ffsplit the witness has one vote, for exactly one half."""


class ClusterNode(Model):
    """A node; `id` never changes with others (site and index), `ring` and `storage` are its addresses for each."""

    name: str
    site: str
    id: int
    ring: IPv4Address
    storage: IPv4Address


class Brick(Model):
    """A copy of a part of the store; an arbiter keeps names and versions, but no data."""

    host: str
    storage: IPv4Address
    arbiter: bool


class Cluster(Model):
    """The cluster of an environment; `address` is on exactly one node that belongs to the quorate side."""

    name: str
    nodes: tuple[ClusterNode, ...]
    witness: str
    witness_address: IPv4Address
    address: ServiceAddress
    replicas: tuple[tuple[Brick, ...], ...]

    @property
    def votes(self) -> int:
        """All votes that there are."""
        return len(self.nodes) + WITNESS_VOTES

    @property
    def quorum(self) -> int:
        """The votes without which nobody goes on: more than half."""
        return self.votes // 2 + 1

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """The sites that have nodes."""
        return tuple(sorted({node.site for node in self.nodes}))

    def at(self, site: str) -> tuple[ClusterNode, ...]:
        """The nodes of a site."""
        return tuple(node for node in self.nodes if node.site == site)


def cluster_of(handover: Handover) -> Cluster:
    """The cluster that `handover` declares.

    Raises:
        ArchitectureError: it has not exactly one witness, no service address, or zones with unlike numbers of nodes.
    """
    nodes = tuple(_node(host, handover) for host in _with(handover, HostRole.CLUSTER_NODE))
    witness = _witness(handover)
    address = next((s for s in handover.services if s.name == MANAGEMENT), None)
    if address is None:
        raise ArchitectureError(f"links.yaml: services have no '{MANAGEMENT}', which the cluster holds; declare it")
    return Cluster(
        name=handover.environment,
        nodes=nodes,
        witness=f"{witness.name}.{handover.domain}",
        witness_address=witness.ipv4,
        address=address,
        replicas=_replicas(nodes, Brick(host=witness.name, storage=_storage(witness, handover), arbiter=True)),
    )


def _with(handover: Handover, role: HostRole) -> list[HandoverHost]:
    return sorted((host for host in handover.hosts if host.role == role), key=lambda host: host.name)


def _witness(handover: Handover) -> HandoverHost:
    found = _with(handover, HostRole.WITNESS)
    if len(found) != 1:
        raise ArchitectureError(
            f"hosts.yaml: found {len(found)} hosts with role witness; right is one, which both zones ask; correct it"
        )
    return found[0]


def _node(host: HandoverHost, handover: Handover) -> ClusterNode:
    index = int(host.name.rpartition("-")[2])
    number = int(host.site.removeprefix("dc"))
    return ClusterNode(
        name=host.name, site=host.site, id=100 * number + index, ring=host.ipv4, storage=_storage(host, handover)
    )


def _storage(host: HandoverHost, handover: Handover) -> IPv4Address:
    """The host's address in its storage segment."""
    storage = {segment.name for segment in handover.segments if segment.zone == "storage"}
    for interface in host.interfaces:
        if interface.network in storage:
            return interface.ipv4.ip
    raise ArchitectureError(f"hosts.yaml: {host.name} has no segment of zone storage; right is one; add it")


def _replicas(nodes: Iterable[ClusterNode], arbiter: Brick) -> tuple[tuple[Brick, ...], ...]:
    """The first node of each zone and the arbiter keep one part, the second ones another, and so on."""
    zones: dict[str, list[Brick]] = defaultdict(list)
    for node in nodes:
        zones[node.site].append(Brick(host=node.name, storage=node.storage, arbiter=False))
    counts = {site: len(bricks) for site, bricks in zones.items()}
    if len(counts) != 2 or len({*counts.values()}) != 1:  # noqa: PLR2004 - a copy in each of two zones, and an arbiter
        raise ArchitectureError(
            f"hosts.yaml: found cluster nodes {counts}; right is as many in one zone as in the other; correct it"
        )
    return tuple((*pair, arbiter) for pair in zip(*zones.values(), strict=True))
