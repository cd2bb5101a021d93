"""The shared store: a copy in each zone, an arbiter without data in DC3, and certificates for all (STO-1)."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET

import pytest

from reference.cluster import Cluster
from tests.hosts.conftest import Each, On

pytestmark = pytest.mark.requirement("STO-1")
MOUNT = "/srv/shared"


@pytest.fixture(scope="module")
def names(cluster: Cluster) -> list[str]:
    return [node.name for node in cluster.nodes]


@pytest.fixture(scope="module")
def volume(on: On, names: list[str]) -> ET.Element:
    answer = ET.fromstring(on(names[0]).check_output("gluster --mode=script --xml volume info shared"))
    found = answer.find("./volInfo/volumes/volume")
    assert found is not None
    return found


def test_every_part_has_its_declared_copies(volume: ET.Element, cluster: Cluster):
    found = [
        (str(brick.findtext("name")).partition(":")[0], brick.findtext("isArbiter") == "1")
        for brick in volume.iterfind("./bricks/brick")
    ]
    assert found == [(str(copy.storage), copy.arbiter) for part in cluster.replicas for copy in part]


def test_data_goes_over_tls_and_a_lost_copy_is_noticed_in_time(volume: ET.Element):
    options = {o.findtext("name"): o.findtext("value") for o in volume.iterfind("./options/option")}
    assert (options["client.ssl"], options["server.ssl"]) == ("on", "on")
    assert options["network.ping-timeout"] == "5"
    assert options["cluster.quorum-type"] == "auto"


def test_only_the_store_s_own_hosts_are_let_in(volume: ET.Element, cluster: Cluster):
    options = {o.findtext("name"): o.findtext("value") for o in volume.iterfind("./options/option")}
    allowed = {name.partition(".")[0] for name in str(options["auth.ssl-allow"]).split(",")}
    assert allowed == {copy.host for part in cluster.replicas for copy in part}


def test_every_copy_is_there_and_has_nothing_left_to_heal(on: On, names: list[str], cluster: Cluster):
    said = on(names[0]).check_output("gluster --mode=script --xml volume heal shared info")
    bricks = list(ET.fromstring(said).iterfind("./healInfo/bricks/brick"))
    assert len(bricks) == sum(map(len, cluster.replicas))
    assert {brick.findtext("status") for brick in bricks} == {"Connected"}
    assert {brick.findtext("numberOfEntries") for brick in bricks} == {"0"}


def test_every_node_sees_the_store(each: Each, names: list[str]):
    for name, said in each(names, f"findmnt --noheadings --output FSTYPE {MOUNT}").items():
        assert said == "fuse.glusterfs", name


def test_what_is_written_in_one_zone_is_read_in_the_other(on: On, cluster: Cluster):
    path = f"{MOUNT}/proof-{uuid.uuid4()}"
    here, there = (cluster.at(site)[0].name for site in cluster.sites)
    written = on(here).check_output(f"head -c 4000000 /dev/urandom | tee {path} | sha256sum && sync {path}")
    try:
        assert on(there).check_output(f"sha256sum < {path}") == written
        arbiter = cluster.replicas[0][-1].host
        found = on(arbiter).check_output(f"find /var/lib/ggvv/bricks -name {path.rpartition('/')[2]} -size +0")
        assert found == "", "the arbiter keeps data"
    finally:
        on(here).check_output(f"rm {path}")


def test_a_copy_keeps_the_door_open_only_for_who_has_a_certificate(on: On, cluster: Cluster):
    copy, own = cluster.replicas[0][0], "/etc/ggvv/pki"
    ask = (
        f"sleep 1 | timeout 5 openssl s_client -connect {copy.storage}:24007 -CAfile {own}/ca.pem -verify_return_error"
    )
    with_one = on(copy.host).run(f"{ask} -cert {own}/host.pem -key {own}/host.key")
    without = on(copy.host).run(ask)
    assert with_one.rc == 0
    assert without.rc != 0
    assert "unexpected eof" in without.stderr or "alert" in without.stderr
