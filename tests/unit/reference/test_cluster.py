"""The cluster over both zones: votes that decide for exactly one side, and copies that one zone alone can read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reference.architecture import Architecture
from reference.cluster import Cluster, cluster_of
from reference.errors import ArchitectureError
from reference.handover import Handover, HandoverHost, undeployed


@pytest.fixture(scope="module")
def handover(whole: Architecture) -> Handover:
    return undeployed(whole)


@pytest.fixture(scope="module")
def cluster(handover: Handover) -> Cluster:
    return cluster_of(handover)


def without(handover: Handover, drop: Callable[[HandoverHost], bool]) -> Handover:
    return handover.model_copy(update={"hosts": tuple(host for host in handover.hosts if not drop(host))})


@pytest.mark.requirement("CMP-2")
def test_either_zone_goes_on_with_the_witness_and_not_without_it(cluster: Cluster):
    for site in cluster.sites:
        assert len(cluster.at(site)) < cluster.quorum <= len(cluster.at(site)) + 1


@pytest.mark.requirement("CMP-2")
def test_both_zones_go_on_without_the_witness(cluster: Cluster):
    assert len(cluster.nodes) >= cluster.quorum


@pytest.mark.requirement("CMP-2")
def test_both_sides_of_a_cut_never_have_quorum_at_once(cluster: Cluster):
    assert 2 * cluster.quorum > cluster.votes


def test_a_node_keeps_its_id_when_others_go(handover: Handover, cluster: Cluster):
    fewer = cluster_of(without(handover, lambda host: host.role == "cluster-node" and host.name.endswith("-01")))
    assert {node.name: node.id for node in fewer.nodes} == {"dc1-node-02": 102, "dc2-node-02": 202}
    assert {node.name: node.id for node in cluster.nodes}.items() >= {"dc1-node-02": 102, "dc2-node-02": 202}.items()


@pytest.mark.requirement("STO-1")
def test_each_part_has_a_copy_in_each_zone_and_an_arbiter_in_the_third_site(cluster: Cluster):
    for one, other, arbiter in cluster.replicas:
        assert {one.host[:3], other.host[:3]} == {"dc1", "dc2"}
        assert (one.arbiter, other.arbiter, arbiter.arbiter) == (False, False, True)
        assert arbiter.host == "dc3-wit-01"


@pytest.mark.requirement("STO-1")
def test_copies_are_reached_over_the_storage_segments(handover: Handover, cluster: Cluster):
    storage = [segment.ipv4 for segment in handover.segments if segment.zone == "storage"]
    for copy in (copy for part in cluster.replicas for copy in part):
        assert any(copy.storage in prefix for prefix in storage)


def test_two_witnesses_are_refused(handover: Handover):
    hosts = handover.hosts + tuple(host for host in handover.hosts if host.role == "witness")
    with pytest.raises(ArchitectureError, match=r"found 2 hosts with role witness; right is one"):
        cluster_of(handover.model_copy(update={"hosts": hosts}))


def test_zones_with_unlike_numbers_of_nodes_are_refused(handover: Handover):
    with pytest.raises(ArchitectureError, match=r"found cluster nodes {'dc1': 1, 'dc2': 2}; right is as many"):
        cluster_of(without(handover, lambda host: host.name == "dc1-node-01"))


def test_a_cluster_without_its_service_address_is_refused(handover: Handover):
    with pytest.raises(ArchitectureError, match=r"services have no 'management'"):
        cluster_of(handover.model_copy(update={"services": ()}))


def test_a_node_without_storage_is_refused(handover: Handover):
    hosts = tuple(
        host.model_copy(update={"interfaces": host.interfaces[:1]}) if host.name == "dc1-node-01" else host
        for host in handover.hosts
    )
    with pytest.raises(ArchitectureError, match=r"dc1-node-01 has no segment of zone storage"):
        cluster_of(handover.model_copy(update={"hosts": hosts}))
