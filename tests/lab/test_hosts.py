"""The lab's hosts on the real thing: booted, reached, crashed, cut off and mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.hosts.bootstrap import UNIT
from lab.hosts.errors import HostsError
from lab.hosts.hosts import Hosts
from reference.handover import Handover
from tests.lab.conftest import PROFILE, Shell, ssh

LOG, STORE, NAMES, FIREWALL, FAR_FIREWALL = "dc1-log-01", "dc3-log-01", "dc1-ns-01", "dc1-fw-01", "dc3-fw-01"
REACHABLE = "ping -c 1 -W 1 {} >/dev/null && echo yes || echo no"


def reaches(on: Shell, source: str, hosts: Hosts, target: str) -> bool:
    return on(source, REACHABLE.format(hosts.plan().host(target).ipv4)) == "yes"


def test_every_host_boots_without_a_failed_unit(hosts: Hosts, on_each: Callable[[str], dict[str, str]]):
    assert {status.running for status in hosts.status()} == {True}
    assert {*on_each("systemctl is-system-running").values()} == {"running"}


@pytest.mark.requirement("SITE-1", "FW-2")
def test_every_host_has_the_planned_addresses(hosts: Hosts, on_each: Callable[[str], dict[str, str]]):
    seen = on_each("ip -json address")
    for host in hosts.plan().handover.hosts:
        found = {
            (link["ifname"], f"{a['local']}/{a['prefixlen']}") for link in json.loads(seen[host.name])
            for a in link["addr_info"]
        }  # fmt: skip
        assert {(i.name, str(a)) for i in host.interfaces for a in (i.ipv4, i.ipv6)} <= found


@pytest.mark.requirement("NET-1")
def test_a_host_at_one_site_reaches_one_at_another_by_both_protocols(hosts: Hosts, on: Shell):
    store = hosts.plan().host(STORE)
    for address in (store.ipv4, store.ipv6):
        assert on(LOG, REACHABLE.format(address)) == "yes"


def test_a_role_finds_its_packages_and_none_of_its_services_running(on: Shell):
    running = on(NAMES, "systemctl list-units --type=service --state=running --plain --no-legend")
    assert {line.split()[0] for line in running.splitlines()} == {
        "dbus.service", "ssh.service", "systemd-journald.service", "systemd-logind.service", "user@1000.service",
    }  # fmt: skip
    programs = "nft keepalived unbound chronyd rsyslogd corosync pacemakerd gluster samba-tool aide clamscan psql"
    assert len(on(NAMES, f"sudo which {programs}").splitlines()) == len(programs.split())


class TestTheWayIn:
    def test_the_administrator_is_let_in_by_key_and_becomes_root(self, on: Shell):
        assert on(LOG, "id -un; sudo id -un").split() == ["ggvv", "root"]

    @pytest.mark.parametrize("user", ["ggvv", "root"])
    def test_a_password_is_refused(self, hosts: Hosts, user: str):
        options = ("-l", user, "-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password")
        assert "Permission denied (publickey)" in ssh(hosts, LOG, "true", *options).stderr

    def test_root_is_refused_even_with_the_key(self, hosts: Hosts):
        assert "Permission denied (publickey)" in ssh(hosts, LOG, "true", "-l", "root").stderr

    def test_a_host_with_another_key_is_refused(self, hosts: Hosts, tmp_path: Path):
        known = (hosts.ssh_config.parent / "known_hosts").read_text().splitlines()
        keys = {line.split()[0].split(",")[0]: line.split(maxsplit=1)[1] for line in known}
        wrong = tmp_path / "known_hosts"
        wrong.write_text(f"{hosts.plan().host(LOG).ipv4} {keys[NAMES]}\n")
        refused = ssh(hosts, LOG, "true", "-o", f"UserKnownHostsFile={wrong}")
        assert refused.returncode != 0
        assert "Host key verification failed" in refused.stderr

    @pytest.mark.requirement("FW-1")
    def test_it_leads_through_the_firewall_and_nowhere_else(self, hosts: Hosts, on: Shell):
        on(FIREWALL, f"sudo systemctl stop {UNIT}")
        try:
            assert ssh(hosts, LOG, "true").returncode != 0
        finally:
            on(FIREWALL, f"sudo systemctl start {UNIT}")
        assert ssh(hosts, LOG, "true").returncode == 0


class TestPower:
    def test_a_crashed_host_is_gone_at_once_and_keeps_what_was_written(self, hosts: Hosts, on: Shell):
        on(LOG, "echo kept | sudo tee /var/tmp/written >/dev/null")
        hosts.crash(LOG)
        assert not reaches(on, NAMES, hosts, LOG)
        assert {s.running for s in hosts.status() if s.name == LOG} == {False}
        hosts.start(LOG)
        assert on(LOG, "cat /var/tmp/written") == "kept"

    @pytest.mark.requirement("BAK-1")
    def test_a_host_that_was_lost_comes_back_new_and_is_reached(self, hosts: Hosts, on: Shell):
        on(LOG, "echo lost | sudo tee /var/tmp/written >/dev/null")
        hosts.lose(LOG)
        assert {s.running for s in hosts.status() if s.name == LOG} == {False}
        hosts.start(LOG)
        assert on(LOG, "ls /var/tmp/written 2>&1 || true").endswith("No such file or directory")

    def test_a_stopped_host_had_time_to_stop_its_services(self, hosts: Hosts, on: Shell):
        unit = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStop=touch /var/tmp/stopped-in-order\n"
        on(LOG, f"printf '{unit}' | sudo tee /run/systemd/system/witness.service; sudo systemctl start witness")
        hosts.restart(LOG)
        assert on(LOG, "ls /var/tmp/stopped-in-order")

    def test_what_a_host_changed_survives_a_restart(self, hosts: Hosts, on: Shell):
        on(LOG, "echo '# ours' | sudo tee -a /etc/hosts")
        hosts.restart(LOG)
        assert "# ours" in on(LOG, "cat /etc/hosts")

    def test_starting_a_host_that_runs_changes_nothing(self, hosts: Hosts, on: Shell):
        before = on(LOG, "systemctl show --property=UserspaceTimestampMonotonic")
        hosts.start(LOG)
        assert on(LOG, "systemctl show --property=UserspaceTimestampMonotonic") == before

    def test_a_host_that_switched_itself_off_comes_back_with_up(
        self, hosts: Hosts, on: Shell, handover: Handover, tree: Path
    ):
        before = on(NAMES, "systemctl show --property=UserspaceTimestampMonotonic")
        ssh(hosts, LOG, "sudo systemctl poweroff")
        host = next(host for host in hosts._hosts(hosts.plan()) if host.entry.name == LOG)
        assert host.cgroup.wait_empty(30)
        hosts.up(handover, PROFILE, tree, print)
        assert reaches(on, NAMES, hosts, LOG)
        assert on(NAMES, "systemctl show --property=UserspaceTimestampMonotonic") == before

    def test_an_unknown_host_is_refused(self, hosts: Hosts):
        with pytest.raises(HostsError, match="host 'dc9-x': profile 'small' has no such host"):
            hosts.crash("dc9-x")


@contextmanager
def without(hosts: Hosts, a: str, b: str | None = None) -> Iterator[None]:
    hosts.cut(a, b)
    try:
        yield
    finally:
        hosts.heal(a, b)


class TestCuts:
    @pytest.mark.requirement("NET-1")
    def test_two_sites_that_are_cut_apart_don_t_reach_each_other_until_healed(self, hosts: Hosts, on: Shell):
        with without(hosts, "dc1", "dc3"):
            assert not reaches(on, LOG, hosts, STORE)
            assert reaches(on, LOG, hosts, NAMES)
            assert {line.name for line in hosts.cuts()} == {"dc1-fw-01--dc3-fw-01", "dc1-fw-02--dc3-fw-02"}
        assert reaches(on, LOG, hosts, STORE)
        assert hosts.cuts() == ()

    @pytest.mark.requirement("NET-1")
    def test_a_cut_link_has_no_carrier_and_the_other_path_keeps_it(self, hosts: Hosts, on: Shell):
        carriers = "cat /sys/class/net/l4/carrier"
        with without(hosts, "dc1-fw-02", "dc3-fw-02"):
            assert on("dc1-fw-02", carriers) == "0"
            assert on(FIREWALL, "cat /sys/class/net/l3/carrier") == "1"
        assert on("dc1-fw-02", carriers) == "1"

    def test_the_far_end_of_a_crashed_firewall_loses_the_carrier(self, hosts: Hosts, on: Shell):
        hosts.crash("dc3-fw-02")
        assert on("dc1-fw-02", "cat /sys/class/net/l4/carrier") == "0"
        hosts.start("dc3-fw-02")
        assert on("dc1-fw-02", "cat /sys/class/net/l4/carrier") == "1"

    def test_what_nothing_joins_is_refused_with_what_there_is(self, hosts: Hosts):
        with pytest.raises(HostsError, match=r"'dc1 dc2' names nothing that can be cut; right is one of dc1 dc3, "):
            hosts.cut("dc1", "dc2")
