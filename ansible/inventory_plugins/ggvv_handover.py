"""The inventory: hosts, groups and facts from the handover, and nothing from anywhere else."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from reference.backup_plan import BackupPlan
from reference.backup_service import BackupJob, backup_jobs, doors
from reference.cluster import cluster_of
from reference.errors import ArchitectureError
from reference.gateway import gateways_of, partner_of
from reference.handover import Handover, HandoverHost
from reference.handover_reader import nearest_first, read_handover
from reference.host import HostRole
from reference.listener import every_prefix, load_listeners, openings
from reference.routing import router_of, routers
from reference.sign_in import computer_name, directory_domain, load_sign_ins, signing_in
from reference.waiver import Waiver, load_waivers

DOCUMENTATION = """
name: ggvv_handover
short_description: Hosts from the stack output C(handover)
description:
  - Reads the handover of one environment, checks it, and makes groups by site, zone, municipality, tier, role, segment.
  - A handover of another version or environment, and a waiver that is unknown or out of date, are refused.
options:
  plugin:
    description: The name of this plugin.
    required: true
    choices: [ggvv_handover]
  handover:
    description: The file with the handover (JSON).
    required: true
    type: path
    env: [{name: GGVV_HANDOVER}]
  environment:
    description: The environment that is meant.
    required: true
    type: string
    env: [{name: GGVV_ENVIRONMENT}]
"""

FOLDER = Path(__file__).resolve().parent.parent
SETTINGS = FOLDER / "roles" / "baseline" / "vars" / "main" / "settings.yml"
WAIVERS = FOLDER / "waivers.yaml"


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc] # Ansible ships no types
    """Reads `handover.yml` (which names the plugin) and the handover that its options name."""

    NAME = "ggvv_handover"

    def verify_file(self, path: str) -> bool:
        """Whether `path` is the file that names this plugin."""
        return bool(super().verify_file(path)) and Path(path).name == "handover.yml"

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:  # noqa: ANN401 - Ansible's
        """Fill the inventory.

        Raises:
            AnsibleParserError: the handover or a waiver is refused.
        """
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            handover = read_handover(self._document(), self.get_option("environment"))
            waivers = load_waivers(WAIVERS, setting_ids(SETTINGS), datetime.datetime.now(datetime.UTC).date())
            self._fill(handover, waivers)
        except ArchitectureError as error:
            raise AnsibleParserError(str(error)) from error

    def _document(self) -> Any:  # noqa: ANN401 - JSON is of any type until it is checked
        path = Path(self.get_option("handover"))
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ArchitectureError(f"handover: {path} can't be read ({error.strerror}); deploy first") from error
        except ValueError as error:
            raise ArchitectureError(f"handover: {path} is not JSON ({error}); deploy again") from error

    def _fill(self, handover: Handover, waivers: Iterable[Waiver]) -> None:
        sign_ins = load_sign_ins()
        for name, value in common_variables(handover).items():
            self.inventory.set_variable("all", name, value)
        for host in handover.hosts:
            self.inventory.add_host(host.name)
            for name, value in host_variables(host, handover.domain).items():
                self.inventory.set_variable(host.name, name, value)
            if (groups_in := signing_in(host, handover, sign_ins)) is not None:
                self.inventory.add_child(self.inventory.add_group("domain"), host.name)
                self.inventory.set_variable(host.name, "ggvv_sign_in_groups", list(groups_in))
                self.inventory.set_variable(host.name, "ggvv_computer", computer_name(host.name))
            for group in groups(host, handover):
                self.inventory.add_child(self.inventory.add_group(group), host.name)
        for host in routers(handover):
            for name, value in firewall_variables(host, handover).items():
                self.inventory.set_variable(host.name, name, value)
        self._fill_backup(handover, BackupPlan.load())
        for site in sorted({host.site for host in handover.hosts}):
            self.inventory.set_variable(group_name("site", site), "ggvv_by_role", by_role(handover, site))
        for role in sorted({host.role for host in handover.hosts}):
            for name, value in role_variables(role, handover, waivers).items():
                self.inventory.set_variable(group_name("role", role), name, value)

    def _fill_backup(self, handover: Handover, plan: BackupPlan) -> None:
        jobs = backup_jobs(handover, plan)
        for job in jobs:
            self.inventory.add_child(self.inventory.add_group("backed_up"), job.host)
            self.inventory.set_variable(job.host, "ggvv_backup", job.model_dump(mode="json"))
        for host in handover.hosts:
            if host.role == HostRole.BACKUP_SERVER:
                for name, value in backup_server_variables(host.name, jobs).items():
                    self.inventory.set_variable(host.name, name, value)
        buckets = [door.owner for door in doors(jobs)]
        self.inventory.set_variable("all", "ggvv_vault", {"buckets": buckets, "lock_days": longest_lock(plan)})


def backup_server_variables(server: str, jobs: Sequence[BackupJob]) -> dict[str, Any]:
    """What a backup server knows beside: its owners' doors, how long it keeps whose copies, whose restore it tests.

    In its own store those of the hosts that hand over to it first, in the vault those of all. Many tasks loop over the
    doors, and each result repeats its door: so the hosts are not in it.
    """
    kept: dict[str, dict[str, dict[str, Any]]] = {door.owner: {"local": {}, "vault": {}} for door in doors(jobs)}
    tests = []
    for job in jobs:
        stores, said = kept[job.door.owner], job.model_dump(mode="json", include={"keep", "vault_keep"})
        stores["vault"][job.host] = said["vault_keep"]
        if job.servers[0] == server:
            stores["local"][job.host] = said["keep"]
            tests.append({"host": job.host, "owner": job.door.owner, "class_id": job.class_id})
    return {
        "ggvv_repositories": [door.model_dump(mode="json") for door in doors(jobs)],
        "ggvv_kept": kept,
        "ggvv_restore_tests": tests,
    }


def longest_lock(plan: BackupPlan) -> int:
    """Days for which every copy in the vault is locked: as long as the class that wants it longest."""
    return max(each.lock_days for each in plan.classes)


def group_name(kind: str, value: str) -> str:
    """The name of a group: Ansible takes letters, digits and underscores."""
    return f"{kind}_{value.replace('-', '_')}"


def groups(host: HandoverHost, handover: Handover) -> list[str]:
    """The groups that `host` is in: site, zone and segments, role, and for workloads municipality and tier."""
    zone_of = {segment.name: segment.zone for segment in handover.segments}
    values = [("site", host.site), ("role", host.role), ("municipality", host.municipality), ("tier", host.tier)]
    values += [("segment", segment) for segment in host.segments]
    values += [("zone", zone) for zone in sorted({zone_of[segment] for segment in host.segments})]
    return [group_name(kind, value) for kind, value in values if value is not None]


def host_variables(host: HandoverHost, domain: str) -> dict[str, Any]:
    """What a play knows of one host; `ggvv_host` is its entry in the handover."""
    return {
        "ansible_host": str(host.ipv4),
        "ggvv_host": host.model_dump(mode="json"),
        "ggvv_fqdn": f"{host.name}.{domain}",
        "ggvv_site": host.site,
        "ggvv_role": host.role,
        "ggvv_segments": list(host.segments),
    }


def firewall_variables(host: HandoverHost, handover: Handover) -> dict[str, Any]:
    """What a firewall knows beside: its routing, the gateways that it can hold, and the other one of its pair."""
    partner = partner_of(host, handover)
    return {
        "ggvv_router": router_of(host, handover).model_dump(mode="json"),
        "ggvv_gateways": [gateway.model_dump(mode="json") for gateway in gateways_of(host, handover)],
        "ggvv_partner": partner.model_dump(mode="json") if partner else {},
    }


def common_variables(handover: Handover) -> dict[str, Any]:
    """What is the same everywhere: the environment, its prefixes, names with addresses, directory and cluster."""
    ipv4, ipv6 = every_prefix(handover)
    return {
        "ggvv_environment": handover.environment,
        "ggvv_domain": handover.domain,
        "ggvv_prefixes4": [str(prefix) for prefix in ipv4],
        "ggvv_prefixes6": [str(prefix) for prefix in ipv6],
        "ggvv_names": [
            {"fqdn": f"{host.name}.{handover.domain}", "ipv4": str(host.ipv4), "ipv6": str(host.ipv6)}
            for host in handover.hosts
        ],
        "ggvv_directory": directory_domain(handover).model_dump(mode="json"),
        "ggvv_groups": groups_that_sign_in(handover),
        "ggvv_cluster": cluster_of(handover).model_dump(mode="json"),
    }


def groups_that_sign_in(handover: Handover) -> list[str]:
    """The groups that sign in to any host: those that the directory must have for the hosts' sake."""
    lines = load_sign_ins()
    return sorted({name for host in handover.hosts for name in signing_in(host, handover, lines) or ()})


def by_role(handover: Handover, site: str) -> dict[str, list[dict[str, Any]]]:
    """Where to find the infrastructure hosts by role as a host of `site` sees them: its own site's first.

    So `ggvv_by_role['log-relay']` is the relays in the order in which to try them. Every host has it, and each task
    copies what it has: so names and addresses only.
    """
    roles = sorted({host.role for host in handover.hosts if host.role != "workload"})
    return {
        role: [
            {
                "name": host.name,
                "fqdn": f"{host.name}.{handover.domain}",
                "site": host.site,
                "ipv4": str(host.ipv4),
                "ipv6": str(host.ipv6),
            }
            for host in nearest_first((host for host in handover.hosts if host.role == role), site)
        ]
        for role in roles
    }


def role_variables(role: str, handover: Handover, waivers: Iterable[Waiver]) -> dict[str, Any]:
    """What hosts of a role have in common: what they listen on, and which settings are waived on them."""
    return {
        "ggvv_openings": [o.model_dump(mode="json") for o in openings(role, load_listeners(), handover)],
        "ggvv_waived": sorted(waiver.id for waiver in waivers if waiver.holds_for(role)),
    }


def setting_ids(path: Path) -> set[str]:
    """The ids of the baseline's settings."""
    by_concern = yaml.safe_load(path.read_text(encoding="utf-8"))["baseline_settings"]
    return {setting["id"] for settings in by_concern.values() for setting in settings}
