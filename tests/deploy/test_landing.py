"""The pilot wave on the embedded vCenter by the real engine: made, unchanged, drifted, turned back, gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from operations.stack_settings import StackSettings
from tests.deploy.conftest import Commands
from tests.deploy.look import Look

EXISTING = "Gislaved-DC"
NO_CHANGE = ("deploy", "-s", "lab", "--preview", "--refresh", "--expect-no-changes")


@pytest.fixture(scope="module", autouse=True)
def deployed(ggvv: Commands) -> Iterator[str]:
    """The stack `lab`, deployed for this module's tests."""
    yield ggvv.done("deploy", "-s", "lab")
    ggvv.done("destroy", "-s", "lab", "--yes")


@pytest.mark.requirement("GOV-1")
def test_every_machine_of_the_architecture_stands_in_vcenter_as_declared(look: Look) -> None:
    architecture = StackSettings.read("lab").architecture()
    machines = look.machines("ggvv-lab")
    assert set(machines) == {m.name for m in (*architecture.deployed, *architecture.hosts)}
    for declared in (*architecture.deployed, *architecture.hosts):
        hardware = machines[declared.name].config.hardware
        assert (hardware.numCPU, hardware.memoryMB) == (declared.vcpu, declared.ram_gib * 1024), declared.name
    for server in architecture.deployed:
        machine = machines[server.name]
        assert machine.parent.name == server.municipality
        assert machine.resourcePool.name == server.municipality
        assert [network.name for network in machine.network] == [server.segment]
        assert [store.name for store in machine.datastore] == [f"{server.zone}-{server.municipality}"]


@pytest.mark.requirement("CMP-1")
def test_the_cluster_in_vcenter_has_ha_drs_and_the_rules(look: Look) -> None:
    folder = look.datacenters()["ggvv-lab"].hostFolder
    cluster = next(entity for entity in folder.childEntity if entity.name == "ggvv-active")
    das = cluster.configurationEx.dasConfig
    assert (das.enabled, das.admissionControlEnabled, cluster.configurationEx.drsConfig.enabled) == (True, True, True)
    assert das.admissionControlPolicy.cpuFailoverResourcesPercent == 50
    assert {rule.name for rule in cluster.configurationEx.rule} >= {"dc1-stays", "dc2-stays"}
    assert {group.name for group in cluster.configurationEx.group} >= {"dc1-hosts", "dc2-hosts", "dc1-machines"}


@pytest.mark.requirement("GOV-3")
def test_a_second_deploy_changes_nothing(ggvv: Commands) -> None:
    assert "0 created, 0 updated, 0 deleted" in ggvv.done("deploy", "-s", "lab")
    assert "0 created, 0 updated, 0 deleted" in ggvv.done(*NO_CHANGE)


@pytest.mark.requirement("GOV-3")
def test_a_change_by_hand_is_found_with_exit_code_2_and_mended(ggvv: Commands, look: Look) -> None:
    name = StackSettings.read("lab").architecture().deployed[0].name
    machine = look.machines("ggvv-lab")[name]
    before = machine.config.hardware.memoryMB
    look.change_memory(machine, before + 1024)
    found = ggvv(*NO_CHANGE)
    assert found.returncode == 2, found.stderr
    assert "1 resources differ" in found.stderr
    assert look.machines("ggvv-lab")[name].config.hardware.memoryMB == before + 1024, "a preview writes nothing"
    look.change_memory(machine, before)
    assert ggvv(*NO_CHANGE).returncode == 0


@pytest.mark.requirement("GOV-1")
def test_plain_pulumi_sees_the_same(ggvv: Commands) -> None:
    ggvv.done("exec", "-s", "lab", "--", "pulumi", "preview", "-s", "lab", "--expect-no-changes", "--non-interactive")


@pytest.mark.requirement("MIG-1")
def test_a_wave_is_turned_and_turned_back(ggvv: Commands, look: Look, stack: Callable[..., str]) -> None:
    name = stack(municipalities=["gnosjo"], identity=None)
    ggvv.done("deploy", "-s", name)
    there = {m for m in look.machines(f"ggvv-{name}") if m.startswith("gno")}
    assert there
    stack(municipalities=["gnosjo"], identity=None, waves={"pilot": "rolled_back"})
    ggvv.done("deploy", "-s", name)
    assert not there & set(look.machines(f"ggvv-{name}")), "the servers that were turned back are gone"


@pytest.mark.requirement("SITE-3")
@pytest.mark.parametrize("real", ["gislaved", "newdc", "pilot"])
def test_a_real_stack_previews_and_touches_nothing(ggvv: Commands, look: Look, real: str) -> None:
    before = look.everything(EXISTING)
    assert len(before) > 20
    result = ggvv("deploy", "-s", real, "--preview")
    assert result.returncode == 0, result.stderr
    assert "the preview is made against the lab's" in " ".join(result.stderr.split())
    assert look.everything(EXISTING) == before


def test_no_secret_in_what_is_printed_logged_or_exported(ggvv: Commands, endpoint) -> None:  # noqa: ANN001
    secrets = [endpoint.password, ggvv.lab.host_password(), ggvv.lab.passphrase_file.read_text()]
    printed = ggvv("deploy", "-s", "lab", "--preview")
    exported = ggvv.done("exec", "-s", "lab", "--", "pulumi", "stack", "export", "-s", "lab")
    state = "".join(path.read_text() for path in (ggvv.lab.state / ".pulumi").rglob("*.json"))
    for secret in secrets:
        assert secret not in printed.stdout + printed.stderr
        assert secret not in exported
        assert secret not in state
