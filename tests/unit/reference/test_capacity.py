"""Capacity and licences (CAP-1, LIC-1): sums done by hand beside those of the model."""

from collections.abc import Callable
from math import ceil

import pytest

from reference.architecture import Architecture
from reference.capacity import HostSize, host_size
from reference.choices import HostChoice
from reference.definitions import Definitions
from reference.errors import ArchitectureError
from reference.licence import vsphere_cores, windows_cores

Build = Callable[..., Architecture]


@pytest.mark.requirement("CAP-1")
def test_a_zone_s_load_is_its_servers_with_growth(whole: Architecture):
    own = [server for server in whole.servers if server.zone == "dc1"]
    section = whole.capacity.section("compute dc1")
    assert section.value("servers: RAM") == ceil(sum(s.ram_gib for s in own) * 13 / 10)
    assert section.value("servers: cores") == ceil(ceil(sum(s.vcpu for s in own) * 13 / 10) / 4)
    assert section.value("infrastructure: RAM") == sum(h.ram_gib for h in whole.hosts if h.site == "dc1")


@pytest.mark.requirement("CAP-1")
def test_one_node_lost_leaves_one_host_less(whole: Architecture):
    section = whole.capacity.section("compute dc1")
    assert section.value("one node lost: RAM left") == 11 * (1024 - 32)
    assert section.value("one node lost: cores left") == 11 * (64 - 2)
    need = section.value("servers: RAM") + section.value("infrastructure: RAM")
    assert section.value("one node lost: RAM needed") == need


@pytest.mark.requirement("CAP-1", "SITE-1")
def test_either_zone_carries_the_must_run_load_of_both(whole: Architecture):
    dc1, dc2 = (whole.capacity.section(f"compute {zone}") for zone in ("dc1", "dc2"))
    need = dc1.value("of which must-run: RAM") + dc2.value("of which must-run: RAM")
    assert dc1.value("zone dc2 and one node lost: RAM needed") == need + dc1.value("infrastructure: RAM")
    assert dc2.value("zone dc1 and one node lost: RAM needed") == need + dc2.value("infrastructure: RAM")
    must = [s for s in whole.servers if s.criticality == "must-run"]
    assert need == pytest.approx(1.3 * sum(s.ram_gib for s in must), abs=2)
    assert len(must) > 100


@pytest.mark.requirement("CAP-1")
def test_what_counts_is_the_stack_s_choice(build: Build):
    everything, pilot = build(), build(capacity_scope="deployed", waves={"pilot": "parallel"})
    assert (everything.capacity.servers, pilot.capacity.servers) == (620, 40)
    value = "servers: RAM"
    assert pilot.capacity.section("compute dc1").value(value) < everything.capacity.section("compute dc1").value(value)


@pytest.mark.requirement("SITE-3", "CAP-1")
def test_the_old_load_of_an_existing_platform_is_kept_free(build: Build):
    platform = {"datacenter": "a", "cluster": "b", "distributed_switch": "c", "datastore": "d"}

    def sites(reserved: int) -> dict[str, object]:
        dc1 = {"mode": "existing", "hosts": 9, "existing": platform | {"reserved_ram_gib": reserved}}
        return {"dc1": dc1, "dc2": {"hosts": 9}, "dc3": {"hosts": 2}}

    assert build(sites=sites(0)).capacity.section("compute dc1").value("one node lost: RAM needed") == 7314
    with pytest.raises(ArchitectureError, match=r"dc1: one node lost .* needed are 8314 GiB .* from 9 to 10"):
        build(sites=sites(1000))


@pytest.mark.requirement("CAP-1")
def test_too_few_cores_are_refused_as_too_little_memory_is(build: Build):
    sites = {"dc1": {"hosts": 12, "host_cores": 32}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}
    with pytest.raises(ArchitectureError, match=r"330 cores on 11 hosts, needed are .* 469 cores .* from 12 to 17"):
        build(sites=sites)


@pytest.mark.requirement("CAP-1")
def test_a_site_with_one_host_can_lose_none(build: Build):
    sites = {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 1}}
    with pytest.raises(ArchitectureError, match=r"dc3: one node lost leaves 0 GiB .* from 1 to 2"):
        build(sites=sites)


@pytest.mark.requirement("STO-1", "CAP-1")
def test_storage_holds_both_copies_with_its_overhead(whole: Architecture):
    section = whole.capacity.section("storage dc1")
    data = {
        z: ceil(ceil(sum(s.disk_gib for s in whole.servers if s.zone == z) * 13 / 10) * 0.6) for z in ("dc1", "dc2")
    }
    assert section.value("own data") == data["dc1"]
    assert section.value("second copy") == data["dc2"]
    assert section.value("raw needed") == pytest.approx(sum(data.values()) / 1.5 * 1.25 / 0.8, abs=4)


def size(sockets: int, cores: int):
    return HostSize(count=1, cores=cores, ram_gib=64, sockets=sockets, usable_cores=1, usable_ram_gib=1)


@pytest.mark.requirement("LIC-1")
@pytest.mark.parametrize(
    ("sockets", "cores", "vsphere", "windows"),
    [(2, 64, 64, 64), (2, 24, 32, 24), (1, 8, 16, 16), (1, 16, 16, 16), (2, 8, 32, 16), (1, 24, 24, 24)],
)
def test_licences_count_the_vendors_least_cores(
    definitions: Definitions, sockets: int, cores: int, vsphere: int, windows: int
):
    """Broadcom: at least 16 a processor; Microsoft: at least 8 a processor and 16 a server."""
    assert vsphere_cores(size(sockets, cores), definitions.parameters) == vsphere
    assert windows_cores(size(sockets, cores), definitions.parameters) == windows


@pytest.mark.requirement("LIC-1")
def test_licences_are_counted_for_all_sites_and_windows_only_where_it_runs(whole: Architecture):
    section = whole.capacity.section("licences")
    assert section.value("total vSphere") == 12 * 64 + 12 * 64 + 2 * 16
    assert section.value("total Windows Server Datacenter") == 24 * 64
    with pytest.raises(KeyError):
        section.value("Windows Server Datacenter dc3")


def test_what_a_stack_does_not_say_of_hosts_comes_from_the_parameters(definitions: Definitions):
    said = host_size(HostChoice(hosts=3, host_cores=16, sockets=1), definitions.parameters, witness=False)
    assert (said.cores, said.sockets, said.ram_gib) == (16, 1, 1024)
    assert host_size(HostChoice(hosts=2), definitions.parameters, witness=True).ram_gib == 128


def test_every_parameter_has_unit_source_and_reason(definitions: Definitions):
    for name in type(definitions.parameters).model_fields:
        parameter = getattr(definitions.parameters, name)
        assert parameter.unit, name
        assert parameter.reason, name
        assert parameter.source in {"seed", "assumed"} or len(parameter.source) > 10, name
