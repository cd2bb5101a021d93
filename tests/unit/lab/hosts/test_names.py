"""Names are stable, tell one lab from another, and fit into the kernel's fields."""

from ipaddress import IPv4Address
from pathlib import Path

from lab.hosts.names import Names, bridge, joint, mac, port


def test_two_labs_share_no_name():
    one, other = Names.of(Path("/a/.lab/hosts")), Names.of(Path("/b/.lab/hosts"))
    assert one.lab != other.lab
    assert one == Names.of(Path("/a/.lab/hosts"))


def test_a_host_called_fabric_is_not_the_fabric():
    names = Names("ggvv-test")
    assert len({names.fabric, names.operator("dc1"), names.host("fabric"), names.host("operator-dc1")}) == 4


def test_device_names_fit_into_fifteen_characters():
    longest = [bridge(4094, "dc3"), joint(4094, "dc1", "dc2"), port(IPv4Address("255.255.255.255"))]
    assert max(map(len, longest)) <= 15


def test_a_hardware_address_is_unicast_and_locally_administered():
    first_octet = int(mac(IPv4Address("10.81.32.22"))[:2], 16)
    assert first_octet & 0b11 == 0b10
    assert mac(IPv4Address("10.81.32.22")) == "02:00:0a:51:20:16"
