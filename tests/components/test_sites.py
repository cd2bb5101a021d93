"""SITE-1, SITE-2, SITE-3 and CMP-1: what stands at which site, and what is never touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from operations.stack_settings import StackSettings

Program = Callable[..., Any]


@pytest.mark.requirement("SITE-2")
@pytest.mark.parametrize("stack", ["lab", "gislaved"])
def test_no_workload_stands_on_the_witness_cluster(program: Program, stack: str) -> None:
    made = program(stack)
    witness_pool = made.id_of("ResourcePool", "dc3-infrastructure")
    there = {name for name, inputs in made.of("VirtualMachine").items() if inputs["resourcePoolId"] == witness_pool}
    assert there == {host.name for host in StackSettings.read(stack).architecture().hosts if host.site == "dc3"}
    root = "root-pool-of-ggvv-witness"
    assert [n for n, i in made.of("ResourcePool").items() if i["parentResourcePoolId"] == root] == [
        "dc3-infrastructure"
    ]


@pytest.mark.requirement("CMP-1")
def test_the_active_cluster_keeps_half_free_and_balances(program: Program) -> None:
    cluster = program("lab").of("ComputeCluster")["ggvv-active"]
    assert cluster["haEnabled"]
    assert cluster["drsEnabled"]
    assert cluster["haAdmissionControlPolicy"] == "resourcePercentage"
    assert cluster["haAdmissionControlResourcePercentageCpu"] == 50
    assert cluster["haAdmissionControlResourcePercentageMemory"] == 50


@pytest.mark.requirement("CMP-1")
def test_each_zones_machines_wish_to_stay_on_its_hosts(program: Program) -> None:
    made = program("lab")
    for site in ("dc1", "dc2"):
        rule = made.of("ComputeClusterVmHostRule")[f"{site}-stays"]
        assert rule["mandatory"] is False, "a lost zone's machines must be able to start in the other"
        hosts = made.of("ComputeClusterHostGroup")[f"{site}-hosts"]["hostSystemIds"]
        assert sorted(hosts) == sorted(made.id_of("Host", n) for n in made.of("Host") if n.startswith(site))
    architecture = StackSettings.read("lab").architecture()
    expected = {s.name for s in architecture.deployed} | {h.name for h in architecture.hosts if h.site != "dc3"}
    grouped = [
        machine
        for site in ("dc1", "dc2")
        for machine in made.of("ComputeClusterVmGroup")[f"{site}-machines"]["virtualMachineIds"]
    ]
    assert sorted(grouped) == sorted(made.id_of("VirtualMachine", name) for name in expected)


@pytest.mark.requirement("CMP-1")
def test_partners_of_a_pair_are_kept_apart(program: Program) -> None:
    made, architecture = program("lab"), StackSettings.read("lab").architecture()
    rules = made.of("ComputeClusterVmAntiAffinityRule")
    pairs = {s.pair for s in architecture.deployed if s.pair}
    assert pairs
    for pair in pairs:
        partners = [s.name for s in architecture.deployed if s.pair == pair]
        if len(partners) > 1:
            assert sorted(rules[f"{pair}-apart"]["virtualMachineIds"]) == sorted(
                made.id_of("VirtualMachine", name) for name in partners
            )
            assert rules[f"{pair}-apart"]["mandatory"] is True


@pytest.mark.requirement("SITE-3")
def test_gislaveds_existing_platform_is_only_looked_up(program: Program) -> None:
    made = program("gislaved")
    for lookup in (
        "getDatacenter Gislaved-DC",
        "getComputeCluster gislaved-prod",
        "getDistributedVirtualSwitch gislaved-dvs",
        "getDatastore gislaved-san-01",
    ):
        assert lookup in made.lookups
    assert set(made.of("ComputeCluster")) == {"ggvv-dc2", "ggvv-witness"}
    assert set(made.of("DistributedVirtualSwitch")) == {"ggvv-dc2-core", "ggvv-witness-core"}
    assert not [name for name in made.of("Host") if name.startswith("dc1")]
    existing = "existing-gislaved-prod"
    for kind in (
        "ComputeClusterHostGroup",
        "ComputeClusterVmGroup",
        "ComputeClusterVmHostRule",
        "ComputeClusterVmAntiAffinityRule",
    ):
        assert all(inputs["computeClusterId"] != existing for inputs in made.of(kind).values()), kind


@pytest.mark.requirement("SITE-3")
def test_gislaved_and_newdc_carry_the_same_servers(program: Program) -> None:
    machines = {stack: set(program(stack).of("VirtualMachine")) for stack in ("gislaved", "newdc")}
    assert machines["gislaved"] == machines["newdc"]


@pytest.mark.requirement("MIG-1")
def test_a_wave_turned_back_is_gone_and_the_rest_stays(program: Program) -> None:
    moved, back = program("lab"), program("lab", waves={"pilot": "rolled_back"})
    gone = set(moved.of("VirtualMachine")) - set(back.of("VirtualMachine"))
    assert gone == {s.name for s in StackSettings.read("lab").architecture().deployed}
    assert set(back.of("VirtualMachine")) < set(moved.of("VirtualMachine"))


@pytest.mark.requirement("BAK-1")
@pytest.mark.requirement("BAK-2")
def test_every_site_keeps_backups_with_the_space_of_the_plan(program: Program) -> None:
    made, architecture = program("lab"), StackSettings.read("lab").architecture()
    for host in (h for site in architecture.sites for h in architecture.backup_hosts_at(site.id)):
        disks = made.of("VirtualMachine")[host.name]["disks"]
        assert sum(disk["size"] for disk in disks[1:]) == architecture.backup_space_gib(host.site)


@pytest.mark.requirement("MIG-1")
def test_a_wave_turned_back_shrinks_no_backup_disk(program: Program) -> None:
    moved, back = program("lab"), program("lab", waves={"pilot": "rolled_back"})
    for name in ("dc1-bak-01", "dc2-bak-01", "dc3-vault-01"):
        assert back.of("VirtualMachine")[name]["disks"] == moved.of("VirtualMachine")[name]["disks"], name


@pytest.mark.requirement("STO-1")
def test_stretched_vsan_has_the_zones_as_fault_domains_and_its_witness_in_dc3(program: Program) -> None:
    made = program("newdc", storage="vsan-stretched")
    cluster = made.of("ComputeCluster")["ggvv-active"]
    stretched = cluster["vsanStretchedCluster"]
    ids = {name: made.id_of("Host", name) for name in made.of("Host")}
    assert sorted(stretched["preferredFaultDomainHostIds"]) == sorted(ids[n] for n in ids if n.startswith("dc1-"))
    assert sorted(stretched["secondaryFaultDomainHostIds"]) == sorted(ids[n] for n in ids if n.startswith("dc2-"))
    assert stretched["witnessNode"] == ids["dc3-esx-01"]
    assert "hostManaged" not in cluster
    assert cluster["forceEvacuateOnDestroy"], "else the provider refuses to delete a cluster that has hosts"
    assert not [name for name in made.of("NasDatastore") if not name.startswith("dc3-")]


@pytest.mark.requirement("CMP-1")
def test_a_host_is_added_with_the_thumbprint_that_the_stack_names(program: Program) -> None:
    hosts = program("newdc", host_thumbprints={"dc1-esx-01": "AA:BB"}).of("Host")
    assert hosts["dc1-esx-01"]["thumbprint"] == "AA:BB"
    assert "thumbprint" not in hosts["dc1-esx-02"]
