"""Every mistake gets one plain sentence: the key, what was found, what is right, what to do."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reference.architecture import Architecture
from reference.choices import Choices
from reference.errors import ArchitectureError
from reference.servers.sample import sample

Build = Callable[..., Architecture]

MISTAKES = {
    "unknown_key": ("`ggvv:sites.dc1.hots`", "unknown", "did you mean hosts?"),
    "unknown_secret_key": ("`ggvv:vcenterPasword`", "unknown", "did you mean vcenterPassword?"),
    "missing_key": ("`ggvv:sites.dc2`", "missing", "add it"),
    "wrong_type": ("`ggvv:sites.dc1.hosts`", "'many'", "a whole number", "correct"),
    "wrong_type_truth": ("`ggvv:sites.dc1.hosts`", "found True", "a whole number", "correct"),
    "municipality_none": ("`ggvv:municipalities`", "an empty list", "right is at least one", "remove the key"),
    "bad_domain": ("`ggvv:domain`", "'ggvv internal'", "right is DNS domain of hosts", "correct"),
    "wrong_wave_state": (
        "`ggvv:waves.pilot`",
        "found 'moved'",
        "right is one of planned, parallel, migrated, rolled_back",
        "correct",
    ),
    "unknown_wave": ("`ggvv:waves.pilott`", "one of pilot, wave-1, wave-2, wave-3, wave-4", "correct"),
    "overlapping_prefix": ("`ggvv:segments`", "10.81.32.0/25 (guests)", "10.81.32.0/19 (gislaved-web", "correct"),
    "overlapping_prefix_ipv6": ("`ggvv:segments`", "fd6b:7a41:92e5:1101::/64", "guests", "gislaved-web", "correct"),
    "overlapping_override": ("`ggvv:segments`", "10.83.40.0/24 (gislaved-web)", "10.83.32.0/19 (varnamo-web"),
    "overlapping_growth": ("`ggvv:segments`", "10.81.48.0/24 (guests)", "10.81.32.0/19", "the rest for growth"),
    "vlan_out_of_range": ("`ggvv:segments.gislaved-web.vlan`", "found 4095", "right is 1 to 4094", "correct"),
    "vlan_used_twice": ("`ggvv:segments.gislaved-web.vlan`", "1501", "'administration'", "correct one of the two"),
    "prefix_too_small": (
        "`ggvv:segments.gislaved-web.ipv4`",
        "172.20.0.0/28",
        "too small for its hosts",
        "holds 14",
        "needed are 244",
        "right is /24 or shorter",
        "choose a larger prefix",
    ),
    "segment_incomplete": ("`ggvv:segments.guests`", "ipv4, ipv6 is missing", "add ipv4, ipv6"),
    "not_a_prefix": ("`ggvv:segments.gislaved-web.ipv4`", "'172.20.0.1/24'", "right is an IPv4 prefix", "correct"),
    "supernet_too_small": ("`ggvv:ipv4_supernet`", "10.64.0.0/16", "/10 or shorter", "choose a larger prefix"),
    "municipality_twice": ("`ggvv:municipalities`", "gislaved in two places", "each municipality once", "remove one"),
    "unknown_municipality": ("`ggvv:municipalities`", "'gnosjö'", "gislaved, gnosjo, varnamo, vaggeryd", "correct"),
    "workload_in_dc3": ("`ggvv:placements.gis-bokning-app01`", "found 'dc3'", "(SITE-2)", "one of dc1, dc2", "correct"),
    "unknown_server_placed": ("`ggvv:placements.gis-borta-app01`", "no server of this name", "remove the key"),
    "unknown_site_placed": ("`ggvv:placements.gis-bokning-app01`", "found 'dc4'", "one of dc1, dc2", "correct"),
    "existing_not_described": ("`ggvv:sites.dc1`", "mode is existing", "`existing` is missing", "add it"),
    "existing_but_new": ("`ggvv:sites.dc1`", "mode is new", "`existing` is there", "remove it"),
    "identity_missing_domain": ("`ggvv:identity.domain`", "is missing", "add it"),
    "identity_wrong_domain": ("`ggvv:identity.domain`", "'ggvv.se'", "right is the tenant's initial domain", "correct"),
    "identity_unknown_municipality": (
        "`ggvv:identity.municipality_domains.gnosjö`",
        "gislaved, gnosjo, varnamo, vaggeryd",
        "correct the name",
    ),
    "identity_bad_municipality_domain": (
        "`ggvv:identity.municipality_domains.gnosjo`",
        "'gnosjo kommun'",
        "right is a DNS domain",
        "correct",
    ),
    "identity_unknown_wave": ("`ggvv:identity.waves.pilott`", "one of pilot, wave-1", "correct the name"),
    "identity_wrong_rollout": (
        "`ggvv:identity.waves.pilot`",
        "found 'on-probation'",
        "one of off, report-only, pilot, enforced",
        "correct",
    ),
    "identity_egress_none": ("`ggvv:identity.trusted_egress`", "found none", "at least one public prefix", "add it"),
    "identity_egress_not_a_prefix": (
        "`ggvv:identity.trusted_egress.0`",
        "'192.0.2.1-192.0.2.9'",
        "right is a public prefix",
        "correct",
    ),
    "identity_egress_host_bits": ("`ggvv:identity.trusted_egress.0`", "'192.0.2.1/24'", "with no host bits", "correct"),
    "identity_egress_private": (
        "`ggvv:identity.trusted_egress.0`",
        "10.64.0.0/10",
        "right is the public prefix",
        "correct",
    ),
    "identity_egress_private_ipv6": ("`ggvv:identity.trusted_egress.0`", "fd6b:7a41:92e5::/48", "the public prefix"),
    "capacity_exceeded": (
        "dc1: one node lost leaves 1984 GiB RAM",
        "needed are 7314 GiB",
        "at least 9 hosts",
        "raise `ggvv:sites.dc1.hosts` from 3 to 9",
    ),
    "storage_exceeded": ("dc1: found 2 TiB", "needed are 7.7 TiB", "raise `ggvv:sites.dc1.storage_tib` to 8"),
    "duplicate_server": ("varnamo.csv:3", "'GISLAVED-APP01'", "gislaved.csv:2", "rename or remove one"),
    "duplicate_number": ("varnamo.csv:3", "number 1 of 'varnamo-app02'", "varnamo.csv:2", "next free one is 2"),
    "broken_row": ("varnamo.csv:3", "found 5 fields", "right is 11", "correct the line"),
    "bad_value": ("varnamo.csv:3: `vcpu`", "'two'", "a whole number", "varnamo.csv:3: `krt`", "'1/2/9'", "like 2/3/2"),
    "bad_header": ("varnamo.csv:1", "vcpu,ram,disk_gib", "right is name,number", "correct the first line"),
}


def tried(values: Mapping[str, Any]) -> Architecture:
    """The architecture of these values, with the sample's servers where they name no inventory."""
    choices = Choices.from_config(values, "stack.yaml")
    return Architecture.build(choices, inventory=None if choices.inventory else sample())


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_a_plain_sentence(name: str, stack_file: Callable[[str], Mapping[str, Any]]):
    with pytest.raises(ArchitectureError) as refused:
        tried(stack_file(name))
    text = str(refused.value)
    assert [part for part in MISTAKES[name] if part not in text] == [], text


def test_every_fixture_of_a_mistake_is_tried(fixtures: Path):
    assert {path.stem for path in fixtures.glob("*.yaml")} == set(MISTAKES)


def test_the_value_of_an_unknown_key_is_never_shown(stack_file: Callable[[str], Mapping[str, Any]]):
    """It may be a secret under a misspelt name."""
    with pytest.raises(ArchitectureError) as refused:
        Choices.from_config(stack_file("unknown_secret_key"), "stack")
    assert "correct-horse" not in str(refused.value)


def test_one_sentence_a_site_when_capacity_is_exceeded(stack_file: Callable[[str], Mapping[str, Any]]):
    with pytest.raises(ArchitectureError) as refused:
        tried(stack_file("capacity_exceeded"))
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == ["dc1", "dc2"]


def test_the_number_of_hosts_that_is_asked_for_will_do(stack_file: Callable[[str], Mapping[str, Any]]):
    values = dict(stack_file("capacity_exceeded"))
    for hosts, carried in ((8, False), (9, True)):
        values["sites"] = {"dc1": {"hosts": hosts}, "dc2": {"hosts": 9}, "dc3": {"hosts": 2}}
        if carried:
            assert tried(values).capacity.servers == 620
        else:
            with pytest.raises(ArchitectureError, match=r"dc1: one node lost"):
                tried(values)


def test_a_missing_inventory_folder_is_named(build: Build):
    with pytest.raises(ArchitectureError, match=r"inventory.yaml: can't be read .* check the path"):
        build(inventory="no/such/folder")
