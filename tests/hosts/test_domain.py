"""The directory: replicated between the zones, and a door to exactly the hosts that a group has (IDM-1)."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.hosts.hosts import Hosts
from lab.hosts.keys import KeyPair
from reference.handover import Handover
from reference.sign_in import computer_name, directory_domain
from tests.hosts.conftest import Each, On

Members = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def controllers(booted: Handover) -> list[str]:
    found = [host.name for host in booted.hosts if host.role == "identity"]
    if not found:
        pytest.skip("not assessed: this profile has no domain controllers; run: ggvv lab up --profile lab")
    return found


@pytest.mark.requirement("IDM-1")
def test_each_zone_has_a_domain_controller_that_has_all_from_the_other(each: Each, controllers: list[str]):
    assert {name[:3] for name in controllers} == {"dc1", "dc2"}
    for name, said in each(controllers, "samba-tool drs showrepl --summary").items():
        assert said == "[ALL GOOD]", name


@pytest.mark.requirement("IDM-1")
def test_every_domain_controller_has_the_groups_that_sign_in(each: Each, controllers: list[str], members: Members):
    wanted = {group for groups in members.values() for group in groups}
    for name, said in each(controllers, "samba-tool group list").items():
        assert wanted <= set(said.splitlines()), name


@pytest.mark.requirement("IDM-1")
def test_name_servers_know_every_domain_controller(each: Each, booted: Handover, controllers: list[str]):
    domain = directory_domain(booted).name
    servers = [host.name for host in booted.hosts if host.role == "name-and-time"]
    for server, said in each(servers, f"dig +short @127.0.0.1 SRV _ldap._tcp.dc._msdcs.{domain}").items():
        assert {line.split()[3].partition(".")[0] for line in said.splitlines()} == set(controllers), server


@pytest.mark.requirement("IDM-1")
def test_a_domain_controller_forwards_every_other_name(each: Each, booted: Handover, controllers: list[str]):
    host = booted.hosts[0]
    for name, said in each(controllers, f"dig +short @127.0.0.1 A {host.name}.{booted.domain}").items():
        assert said == str(host.ipv4), name


@pytest.mark.requirement("IDM-1")
def test_every_member_s_keys_are_good(on: On, members: Members, booted: Handover):
    realm = directory_domain(booted).realm
    bad = [name for name in members if on(name).run(f"kinit -k -c MEMORY: '{computer_name(name)}$@{realm}'").rc != 0]
    assert bad == []


@pytest.mark.requirement("IDM-1", "FW-2")
def test_vault_and_firewalls_know_nothing_of_the_directory(each: Each, booted: Handover):
    outside = [host.name for host in booted.hosts if host.role in {"firewall", "backup-vault"}]
    for name, said in each(outside, "ls /etc/krb5.keytab /etc/sssd/sssd.conf 2>/dev/null || true").items():
        assert said == "", name


@dataclass(frozen=True)
class Person:
    """A user of the directory with a key; `signs_in` says whether a host lets them in."""

    name: str
    signs_in: Callable[[str], bool]


@pytest.fixture(scope="module")
def operator(
    on: On, controllers: list[str], booted: Handover, lab_hosts: Hosts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Person]:
    """Somebody in the group that operates Gislaved's servers, made for these tests and gone after them."""
    name, folder = f"test-{secrets.token_hex(4)}", tmp_path_factory.mktemp("operator")
    group = next(g.name for g in booted.groups if (g.concept, g.municipality) == ("administrators-tier1", "gislaved"))
    key = KeyPair.random().write(folder / "key")
    base = ",".join(f"DC={part}" for part in directory_domain(booted).name.split("."))
    change = f"dn: CN={name},CN=Users,{base}\\nchangetype: modify\\nreplace: altSecurityIdentities\\n"
    change += f"altSecurityIdentities: {key.public}\\n"
    here = on(controllers[0])
    here.check_output(f"samba-tool user create {name} --random-password")
    try:
        here.check_output(f"samba-tool group addmembers {group} {name}")
        here.check_output(f"printf '{change}' | ldbmodify -H /var/lib/samba/private/sam.ldb")
        for other in controllers[1:]:
            here.check_output(f"samba-tool drs replicate {other} {controllers[0]} {base} --machine-pass")
        yield Person(name, lambda host: _signs_in(lab_hosts, folder / "key", name, host))
    finally:
        here.check_output(f"samba-tool user delete {name}")


def _signs_in(hosts: Hosts, key: Path, user: str, host: str) -> bool:
    *start, name = hosts.ssh_command(host)
    options = ["-o", f"IdentityFile={key}", "-o", f"User={user}", "-o", "ControlPath=none", "-o", "ConnectTimeout=20"]
    words = [*start[:1], *options, *start[1:], "-l", user, "-i", str(key), name, "id -un"]
    result = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
    return result.stdout.strip() == user


@pytest.mark.requirement("IDM-1")
def test_an_operator_signs_in_to_the_own_municipality_s_servers(operator: Person, booted: Handover):
    own = [host.name for host in booted.hosts if host.municipality == "gislaved"]
    assert own
    assert [name for name in own if not operator.signs_in(name)] == []


@pytest.mark.requirement("IDM-1", "FW-2")
def test_an_operator_signs_in_to_no_other_municipality_s_servers(operator: Person, booted: Handover):
    others = [host.name for host in booted.hosts if host.municipality not in {None, "gislaved"}]
    assert others
    assert [name for name in others if operator.signs_in(name)] == []


@pytest.mark.requirement("IDM-1")
def test_an_operator_signs_in_to_no_host_of_the_platform_but_the_jump_hosts(operator: Person, booted: Handover):
    shared = {host.name: host.role for host in booted.hosts if host.municipality is None}
    assert {role for name, role in shared.items() if operator.signs_in(name)} == {"jump"}
