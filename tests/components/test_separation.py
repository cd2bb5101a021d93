"""SEP-1: each municipality's workloads are apart by pool, folder, permission, port group and volume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CODES = {"gislaved": "gis", "gnosjo": "gno", "varnamo": "vmo", "vaggeryd": "vag"}
MUNICIPALITIES = tuple(CODES)
Program = Callable[..., Any]


@pytest.mark.requirement("SEP-1")
@pytest.mark.parametrize("municipality", MUNICIPALITIES)
def test_each_municipality_has_its_own_place(program: Program, municipality: str) -> None:
    made, place = program("lab"), f"ggvv-active/{municipality}"
    assert made.of("Folder")[place]["path"].endswith(f"/{municipality}")
    assert place in made.of("ResourcePool")
    assert {f"{site}-{municipality}" for site in ("dc1", "dc2")} <= set(made.of("NasDatastore"))
    assert {f"ggvv-active/{municipality}-{tier}" for tier in ("web", "app", "data")} <= set(
        made.of("DistributedPortGroup")
    )


@pytest.mark.requirement("SEP-1")
def test_a_server_uses_nothing_of_another_municipality(program: Program) -> None:
    made = program("lab")
    pools = {made.id_of("ResourcePool", f"ggvv-active/{m}"): m for m in MUNICIPALITIES}
    networks = {
        made.id_of("DistributedPortGroup", name): inputs["name"].rsplit("-", 1)[0]
        for name, inputs in made.of("DistributedPortGroup").items()
    }
    stores = {made.id_of("NasDatastore", name): name.split("-", 1)[1] for name in made.of("NasDatastore")}
    servers = {n: i for n, i in made.of("VirtualMachine").items() if i["resourcePoolId"] in pools}
    assert len(servers) == 40
    for name, inputs in servers.items():
        owner = pools[inputs["resourcePoolId"]]
        assert inputs["folder"].endswith(f"/{owner}"), name
        assert stores[inputs["datastoreId"]] == owner, name
        assert [networks[card["networkId"]] for card in inputs["networkInterfaces"]] == [owner], name


@pytest.mark.requirement("SEP-1")
def test_rights_are_given_to_groups_in_their_own_place_only(program: Program) -> None:
    made = program("lab")
    owners = {
        **{made.id_of("ResourcePool", f"ggvv-active/{m}"): m for m in MUNICIPALITIES},
        **{made.id_of("Folder", f"ggvv-active/{m}"): m for m in MUNICIPALITIES},
    }
    permissions = made.of("EntityPermissions").values()
    assert len(permissions) == len(owners)
    for permission in permissions:
        [entry] = permission["permissions"]
        assert entry["isGroup"] is True
        assert entry["userOrGroup"] == f"GGVV\\ggvv-lab-{CODES[owners[permission['entityId']]]}-administrators-tier1"


@pytest.mark.requirement("SEP-1")
def test_no_port_group_lets_a_guest_see_or_forge_frames(program: Program) -> None:
    switches = (
        *program("lab").of("DistributedPortGroup").items(),
        *program("lab").of("DistributedVirtualSwitch").items(),
    )
    for name, inputs in switches:
        for policy in ("allowPromiscuous", "allowForgedTransmits", "allowMacChanges"):
            assert inputs[policy] is False, f"{name}: {policy}"


@pytest.mark.requirement("SEP-1")
def test_every_server_is_tagged_with_all_five_categories(program: Program) -> None:
    made = program("lab")
    category = {made.id_of("Tag", name): name.split("/")[0] for name in made.of("Tag")}
    pools = {made.id_of("ResourcePool", f"ggvv-active/{m}") for m in MUNICIPALITIES}
    for name, inputs in made.of("VirtualMachine").items():
        categories = sorted(category[tag] for tag in inputs["tags"])
        expected = ["municipality", "zone"]
        if inputs["resourcePoolId"] in pools:
            expected = ["criticality", "municipality", "tier", "wave", "zone"]
        assert categories == expected, name
