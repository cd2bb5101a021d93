"""The inventory says of each host what the handover says, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData

from reference.backup_plan import BackupPlan
from reference.backup_service import backup_jobs
from reference.handover import Handover

Parse = Callable[[object], InventoryData]


def test_it_has_every_host_of_the_handover_and_no_other(parsed: Parse, document: dict[str, Any]):
    assert set(parsed(document).hosts) == {host["name"] for host in document["hosts"]}


@pytest.mark.parametrize(
    ("group", "host"),
    [
        ("site_dc3", "dc3-wit-01"),
        ("zone_witness", "dc3-wit-01"),
        ("role_cluster_node", "dc1-node-01"),
        ("segment_dc1_storage", "dc1-node-01"),
        ("zone_storage", "dc1-node-01"),
        ("municipality_gislaved", "gis-intranat-web01a"),
        ("tier_web", "gis-intranat-web01a"),
    ],
)
def test_a_host_is_in_the_groups_of_what_it_is(parsed: Parse, document: dict[str, Any], group: str, host: str):
    assert host in {member.name for member in parsed(document).groups[group].get_hosts()}


def test_group_names_are_such_that_ansible_takes_them(parsed: Parse, document: dict[str, Any]):
    assert all(name.isidentifier() for name in parsed(document).groups)


def test_a_host_is_reached_at_the_address_that_it_is_administered_by(plugin: ModuleType, handover: Handover):
    host = handover.hosts[0]
    variables = plugin.host_variables(host, handover.domain)
    assert variables["ansible_host"] == str(host.ipv4)
    assert variables["ggvv_fqdn"] == f"{host.name}.{handover.domain}"


@pytest.mark.requirement("SITE-1")
@pytest.mark.parametrize("site", ["dc1", "dc2"])
def test_a_host_asks_the_servers_of_its_own_zone_first(plugin: ModuleType, handover: Handover, site: str):
    by_role = plugin.by_role(handover, site)
    for role in ("name-and-time", "log-relay", "identity"):
        assert by_role[role][0]["site"] == site
        assert {server["site"] for server in by_role[role]} == {"dc1", "dc2"}


def test_workloads_are_nobodys_servers(plugin: ModuleType, handover: Handover):
    assert "workload" not in plugin.by_role(handover, "dc1")


@pytest.mark.requirement("BAK-1", "BAK-2")
def test_a_server_keeps_its_own_zone_s_copies_and_the_vault_those_of_all(plugin: ModuleType, handover: Handover):
    jobs = backup_jobs(handover, BackupPlan.load())
    one, other = (plugin.backup_server_variables(name, jobs)["ggvv_kept"] for name in ("dc1-bak-01", "dc2-bak-01"))
    both = [store["environment"]["local"] for store in (one, other)]
    assert (
        one["environment"]["vault"]
        == other["environment"]["vault"]
        == both[0]
        | both[1]
        | {job.host: job.model_dump(mode="json")["vault_keep"] for job in jobs if job.door.owner == "environment"}
    )
    assert not both[0].keys() & both[1].keys()
    assert both[0]["dc1-ns-01"] == {"daily": 14}
    assert "dc1-ns-01" not in both[1]


@pytest.mark.requirement("BAK-1", "GOV-2")
def test_each_host_s_restore_is_tested_by_the_server_that_it_hands_its_copies_to(
    plugin: ModuleType, handover: Handover
):
    jobs = backup_jobs(handover, BackupPlan.load())
    tested = {
        server: plugin.backup_server_variables(server, jobs)["ggvv_restore_tests"]
        for server in ("dc1-bak-01", "dc2-bak-01")
    }
    found = {(one["host"], one["owner"], one["class_id"]): server for server, ones in tested.items() for one in ones}
    assert found == {(job.host, job.door.owner, job.class_id): job.servers[0] for job in jobs}
    assert sum(map(len, tested.values())) == len(jobs)


def test_waivers_reach_the_hosts_that_they_hold_for(parsed: Parse, document: dict[str, Any]):
    assert parsed(document).groups["role_jump"].get_vars()["ggvv_waived"] == ["SUDO-03"]


def refused(parsed: Parse, document: object) -> str:
    with pytest.raises(AnsibleParserError) as caught:
        parsed(document)
    return str(caught.value)


def test_a_handover_of_another_version_is_refused(parsed: Parse, document: dict[str, Any]):
    assert "found version 1; right is 4" in refused(parsed, {**document, "version": 1})


def test_a_handover_of_another_environment_is_refused(parsed: Parse, document: dict[str, Any]):
    assert "found environment 'gislaved'; right is 'lab'" in refused(parsed, {**document, "environment": "gislaved"})


def test_a_handover_with_a_key_too_many_is_refused(parsed: Parse, document: dict[str, Any]):
    changed = copy.deepcopy(document)
    changed["hosts"][0]["rack"] = "x"
    assert "`hosts.0.rack`: this key is unknown" in refused(parsed, changed)


def test_a_file_that_is_not_json_is_refused(parsed: Parse):
    assert "is not JSON" in refused(parsed, "{")
