"""Servers, waves and where they run (MIG-1, SITE-1, SITE-2, SEP-1)."""

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from reference.architecture import Architecture
from reference.errors import ArchitectureError
from reference.inventory import COLUMNS
from reference.server import State

Build = Callable[..., Architecture]


def test_the_sample_is_620_servers_shared_by_the_blocks(whole: Architecture):
    """625 in the blocks, 620 in the summary: largest remainder."""
    counts = Counter(server.municipality for server in whole.servers)
    assert counts == {"varnamo": 278, "gislaved": 174, "vaggeryd": 109, "gnosjo": 59}
    assert counts.total() == whole.definitions.municipalities.totals.servers == 620


def test_the_sample_says_that_it_is_one(whole: Architecture):
    assert whole.inventory.sample
    assert set(whole.inventory.samples) == {m.id for m in whole.municipalities}
    assert "sample" in whole.inventory.note.lower()


@pytest.mark.requirement("MIG-1")
def test_only_parallel_and_migrated_servers_exist(build: Build):
    for state, exists in (("planned", False), ("parallel", True), ("migrated", True), ("rolled_back", False)):
        architecture = build(waves={"pilot": state})
        pilot = [server for server in architecture.servers if server.wave == "pilot"]
        assert {server.state for server in pilot} == {State(state)}
        assert architecture.deployed == (tuple(pilot) if exists else ())


@pytest.mark.requirement("MIG-1")
def test_a_wave_can_be_turned_back_and_nothing_else_moves(build: Build, whole: Architecture):
    turned = build(waves={"pilot": "parallel", "wave-1": "migrated"})
    back = build(waves={"pilot": "parallel", "wave-1": "rolled_back"})
    assert {s.wave for s in turned.deployed} == {"pilot", "wave-1"}
    assert {s.wave for s in back.deployed} == {"pilot"}
    places = [{s.name: (s.zone, s.segment, s.ipv4, s.ipv6) for s in a.servers} for a in (whole, turned, back)]
    assert places[0] == places[1] == places[2]


@pytest.mark.requirement("FW-2")
def test_the_pilot_has_every_tier_of_every_municipality(build: Build):
    pilot = build(waves={"pilot": "parallel"}).deployed
    assert len(pilot) == 40
    assert len({(s.municipality, s.tier) for s in pilot}) == 12


@pytest.mark.requirement("SITE-1")
def test_partners_of_a_pair_run_in_different_zones(whole: Architecture):
    pairs = defaultdict(list)
    for server in whole.servers:
        if server.pair:
            pairs[server.pair].append(server.zone)
    assert len(pairs) > 50
    assert all(sorted(zones) == ["dc1", "dc2"] for zones in pairs.values())


@pytest.mark.requirement("SITE-2")
def test_no_server_runs_in_dc3(whole: Architecture):
    assert {server.zone for server in whole.servers} == {"dc1", "dc2"}
    assert not whole.site("dc3").hosts_workloads


def test_the_zones_share_the_single_servers_about_evenly(whole: Architecture):
    zones = Counter(server.zone for server in whole.servers if not server.pair)
    assert abs(zones["dc1"] - zones["dc2"]) < 0.2 * zones.total()


def test_a_stack_may_place_a_server_in_the_other_active_zone(build: Build, whole: Architecture):
    name = "gis-bokning-app01"
    (home,) = [s.zone for s in whole.servers if s.name == name]
    other = {"dc1": "dc2", "dc2": "dc1"}[home]
    (moved,) = [s for s in build(placements={name: other}).servers if s.name == name]
    assert moved.zone == other


@pytest.mark.requirement("SEP-1")
def test_a_server_is_in_its_own_municipality_s_segment_of_its_tier(whole: Architecture):
    for server in whole.servers:
        segment = whole.segment(server.segment)
        assert (segment.municipality, segment.tier) == (server.municipality, server.tier)


def test_a_stack_may_take_some_municipalities_and_the_others_keep_their_places(build: Build, whole: Architecture):
    some = build(municipalities=["varnamo", "gislaved"])
    assert {s.municipality for s in some.servers} == {"gislaved", "varnamo"}
    assert set(some.servers) < set(whole.servers)
    assert {s.name for s in some.segments} == {
        s.name for s in whole.segments if s.municipality not in {"gnosjo", "vaggeryd"}
    }


def inventory(folder: Path, gnosjo: str) -> str:
    """An inventory of one server a municipality, of which Gnosjö's starts with these cells."""
    rest = "debian-12,1,1,1,app,normal,0/0/0,pilot,planned"
    (folder / "inventory.yaml").write_text("sample: []\nnote: a test's\n")
    for name in ("gislaved", "gnosjo", "varnamo", "vaggeryd"):
        cells = gnosjo if name == "gnosjo" else f"{name},1"
        (folder / f"{name}.csv").write_text(f"{','.join(COLUMNS)}\n{cells},{rest}\n")
    return str(folder)


def test_a_server_with_a_number_beyond_its_prefix_is_refused(build: Build, tmp_path: Path):
    with pytest.raises(ArchitectureError, match=r"gnosjo-app: the prefix 10.82.64.0/24 .* 'gno-a01' has number 240"):
        build(inventory=inventory(tmp_path, "gno-a01,240"))
    assert build(inventory=inventory(tmp_path, "gno-a01,239")).servers[1].ipv4.packed[-1] == 254


def test_a_server_may_not_be_named_like_an_infrastructure_host(build: Build, tmp_path: Path):
    with pytest.raises(ArchitectureError, match=r"'DC1-FW-01' is an infrastructure host's; rename the server"):
        build(inventory=inventory(tmp_path, "DC1-FW-01,1"))
