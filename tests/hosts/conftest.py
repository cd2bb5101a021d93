"""The hosts of a running, configured lab (`$GGVV_LAB`, else the project's own), asked over SSH by an administrator.

Expectations come from `reference/`; what is found comes from the hosts. Without such a lab nothing here is assessed,
which is reported as skipped with that reason.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import testinfra
from testinfra.host import Host

from lab.hosts.hosts import Hosts
from operations import project
from reference.cluster import Cluster, cluster_of
from reference.handover import Handover
from reference.sign_in import load_sign_ins, signing_in

On = Callable[[str], Host]
Each = Callable[[list[str], str], dict[str, str]]
AT_ONCE = 8
"""Hosts that are asked at the same time."""


@pytest.fixture(scope="session")
def lab_hosts() -> Hosts:
    hosts = project.lab().hosts
    if not hosts.status():
        pytest.skip("not assessed: no hosts of a lab run; run: ggvv up")
    return hosts


@pytest.fixture(scope="session")
def booted(lab_hosts: Hosts) -> Handover:
    """What the lab booted, which may be a part of what is declared."""
    return lab_hosts.plan().handover


@pytest.fixture(scope="session")
def cluster(booted: Handover) -> Cluster:
    if not any(host.role == "cluster-node" for host in booted.hosts):
        pytest.skip("not assessed: this profile has no cluster nodes; run: ggvv lab up --profile lab")
    return cluster_of(booted)


@pytest.fixture(scope="session")
def on(lab_hosts: Hosts) -> On:
    """A host by its name, with one connection for all questions."""
    made: dict[str, Host] = {}

    def host(name: str) -> Host:
        if name not in made:
            made[name] = testinfra.get_host(f"ssh://{name}", ssh_config=str(lab_hosts.ssh_config), sudo=True)
        return made[name]

    return host


@pytest.fixture(scope="session")
def each(on: On) -> Each:
    """Asks several hosts the same, side by side; what each said, by name."""

    def ask(names: list[str], command: str) -> dict[str, str]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(names, pool.map(lambda name: on(name).check_output(command), names), strict=True))

    return ask


@pytest.fixture(scope="session")
def members(booted: Handover) -> dict[str, tuple[str, ...]]:
    """The hosts that belong to the domain, and the groups that sign in to each."""
    lines = load_sign_ins()
    found = {host.name: signing_in(host, booted, lines) for host in booted.hosts}
    return {name: groups for name, groups in found.items() if groups is not None}
