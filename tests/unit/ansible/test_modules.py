"""Our own modules compare what is declared with what is there, and touch only what differs."""

from __future__ import annotations

import importlib.util
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

ROLES = Path(__file__).parents[3] / "ansible" / "roles"


def module(role: str, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROLES / role / "library" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


PACEMAKER = module("cluster", "pacemaker_configuration")
GLUSTER = module("storage", "gluster_volume")
KEYTAB = module("domain_member", "keytab")

WANTED = """<configuration>
  <crm_config><cluster_property_set id="ours"><nvpair id="a" name="a" value="1"/></cluster_property_set></crm_config>
  <resources><!-- why --><primitive id="p" class="ocf"/></resources>
</configuration>"""


def differing(found: str) -> list[str]:
    return [section.tag for section in PACEMAKER.differing(ET.fromstring(WANTED), ET.fromstring(found))]


def test_spaces_comments_and_the_order_of_attributes_make_no_difference():
    found = (
        '<configuration><crm_config><cluster_property_set id="ours"><nvpair value="1" name="a" id="a"/>'
        '</cluster_property_set></crm_config><resources><primitive class="ocf" id="p"/></resources></configuration>'
    )
    assert differing(found) == []


def test_a_set_that_pacemaker_keeps_beside_ours_makes_no_difference():
    found = WANTED.replace("<crm_config>", '<crm_config><cluster_property_set id="cib-bootstrap-options"/>')
    assert differing(found) == []


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ('value="1"', 'value="2"', "crm_config"),
        ('id="p" class="ocf"/>', 'id="p" class="ocf"/><primitive id="q"/>', "resources"),
        ('<primitive id="p" class="ocf"/>', "", "resources"),
    ],
)
def test_what_differs_is_replaced_by_its_section(old: str, new: str, section: str):
    assert differing(WANTED.replace(old, new)) == [section]


def test_what_is_not_there_at_all_differs():
    assert differing("<configuration/>") == ["crm_config", "resources"]


PARTS = [[{"storage": "192.0.2.1"}, {"storage": "192.0.2.2"}], [{"storage": "192.0.2.3"}, {"storage": "192.0.2.4"}]]


def test_each_part_of_the_store_has_a_folder_of_its_own():
    assert GLUSTER.bricks(PARTS, "shared", "/b") == [
        "192.0.2.1:/b/shared-1",
        "192.0.2.2:/b/shared-1",
        "192.0.2.3:/b/shared-2",
        "192.0.2.4:/b/shared-2",
    ]


def test_a_volume_is_read_from_gluster_s_answer():
    answer = ET.fromstring(
        "<cliOutput><volInfo><volumes><volume><statusStr>Started</statusStr>"
        "<bricks><brick><name>h:/b</name></brick></bricks>"
        "<options><option><name>client.ssl</name><value>on</value></option></options>"
        "</volume></volumes></volInfo></cliOutput>"
    )
    assert GLUSTER.found(answer) == (["h:/b"], {"client.ssl": "on"}, True)


def test_a_peer_counts_when_it_is_connected_and_a_friend():
    answer = ET.fromstring(
        "<cliOutput><peerStatus>"
        "<peer><hostname>a</hostname><hostnames><hostname>a</hostname></hostnames>"
        "<connected>1</connected><state>3</state></peer>"
        "<peer><hostname>b</hostname><connected>1</connected><state>4</state></peer>"
        "<peer><hostname>c</hostname><connected>0</connected><state>3</state></peer>"
        "</peerStatus></cliOutput>"
    )
    assert GLUSTER.peers(answer) == {"a": True, "b": False, "c": False}


def test_keys_are_written_byte_by_byte_for_their_owner_only(tmp_path: Path):
    path, content = tmp_path / "keytab", bytes(range(256))
    assert KEYTAB.write(path, content)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert not KEYTAB.write(path, content)
