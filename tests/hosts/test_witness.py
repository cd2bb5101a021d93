"""The cluster over both zones: everybody's vote counts, TLS to the witness, and each service runs once (CMP-2)."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

from reference.cluster import Cluster
from tests.hosts.conftest import Each, On

pytestmark = pytest.mark.requirement("CMP-2")


@pytest.fixture(scope="module")
def names(cluster: Cluster) -> list[str]:
    return [node.name for node in cluster.nodes]


@pytest.fixture(scope="module")
def services(on: On, names: list[str]) -> ET.Element:
    """What Pacemaker says of itself."""
    return ET.fromstring(on(names[0]).check_output("crm_mon --one-shot --output-as=xml"))


def test_every_node_sees_all_votes_and_the_declared_quorum(each: Each, names: list[str], cluster: Cluster):
    for name, said in each(names, "corosync-quorumtool -s").items():
        found = dict(re.findall(r"^(Quorate|Total votes|Quorum):\s+(\S+)", said, re.MULTILINE))
        expected = {"Quorate": "Yes", "Total votes": str(cluster.votes), "Quorum": str(cluster.quorum)}
        assert found == expected, name


def test_every_node_is_in_the_ring_by_its_declared_id(on: On, names: list[str], cluster: Cluster):
    said = on(names[0]).check_output("corosync-quorumtool -l")
    found = {(int(number), name) for number, name in re.findall(r"^\s+(\d+)\s+1\s.*?(dc\d-\S+)", said, re.MULTILINE)}
    assert found == {(node.id, node.name) for node in cluster.nodes}


def test_every_node_shows_the_witness_its_certificate(each: Each, names: list[str], cluster: Cluster):
    for name, said in each(names, "corosync-qdevice-tool -sv").items():
        assert "TLS active:\t\tYes (client certificate sent)" in said, name
        assert f"{cluster.witness_address}:" in said, name
        assert "Fifty-Fifty split" in said, name


def test_the_witness_takes_none_without_tls(on: On, cluster: Cluster):
    witness = cluster.witness.partition(".")[0]
    said = on(witness).check_output("corosync-qnetd-tool -sv")
    assert re.search(r"^TLS:\s+Required", said, re.MULTILINE)
    assert re.search(rf"^Connected clients:\s+{len(cluster.nodes)}$", said, re.MULTILINE)


def test_the_ring_is_encrypted(each: Each, names: list[str]):
    for name, said in each(names, "corosync-cmapctl -g totem.crypto_cipher").items():
        assert said.endswith("aes256"), name


def test_each_service_runs_on_exactly_one_node(services: ET.Element):
    found = {r.get("id"): [n.get("name") for n in r.iterfind("node")] for r in services.iter("resource")}
    assert {"address-ipv4", "address-ipv6", "beat"} <= found.keys()
    assert {name: nodes for name, nodes in found.items() if len(nodes) != 1} == {}


def test_the_management_address_is_on_the_node_that_has_the_services(
    each: Each, names: list[str], cluster: Cluster, services: ET.Element
):
    address = str(cluster.address.ipv4)
    holders = [
        name
        for name, said in each(names, "ip -json address show dev lo").items()
        if address in {a["local"] for link in json.loads(said) for a in link["addr_info"]}
    ]
    beat = next(r for r in services.iter("resource") if r.get("id") == "beat")
    assert holders == [node.get("name") for node in beat.iterfind("node")]


def test_a_node_can_be_stopped_by_any_other_and_never_by_itself(services: ET.Element, names: list[str]):
    devices = {
        str(r.get("id")).removeprefix("fence-"): [n.get("name") for n in r.iterfind("node")]
        for r in services.iter("resource")
        if str(r.get("resource_agent")).startswith("stonith:")
    }
    assert devices.keys() == set(names)
    assert [name for name, where in devices.items() if where == [name]] == []


def test_nothing_moves_from_a_node_that_may_still_run(services: ET.Element):
    options = services.find("./summary/cluster_options")
    assert options is not None
    assert options.get("stonith-enabled") == "true"
    assert options.get("no-quorum-policy") == "stop"
