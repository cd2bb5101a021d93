"""The hosts, asked over SSH by an administrator: expectations come from the architecture, answers from the hosts.

With `--stack lab` it is the lab that stands (`ggvv verify` asks so); without, the tests bring up one of their own with
`ggvv up`, and take it away at the end. Where no hosts can be had nothing is assessed, and the reason is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import testinfra
from testinfra.host import Host

from lab.hosts.hosts import Hosts
from lab.place import Lab
from operations import project
from operations.flow_policy import ProvedPolicy
from operations.stack_settings import StackSettings
from reference.cluster import Cluster, cluster_of
from reference.handover import Handover, HandoverHost
from reference.routing import routers
from reference.sign_in import load_sign_ins, signing_in
from tests.hosts.asked import Asked, asked_by
from tests.hosts.facts import Facts, look_at, new_word
from tests.hosts.own_lab import UP, own_lab

On = Callable[[str], Host]
Each = Callable[[list[str], str], dict[str, str]]
AT_ONCE = 8
"""Hosts that are asked at the same time."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each host; `host` itself is a name of testinfra's."""
    if "machine" in metafunc.fixturenames:
        hosts = asked_by(metafunc.config).hosts
        metafunc.parametrize("machine", hosts, ids=[host.name for host in hosts])


@pytest.fixture(scope="session")
def asked(pytestconfig: pytest.Config) -> Asked:
    return asked_by(pytestconfig)


@pytest.fixture(scope="session")
def place(asked: Asked, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """The lab that stands, or the tests' own."""
    if not asked.standing:
        return own_lab(pytestconfig, tmp_path_factory.getbasetemp())
    if project.in_lab(asked.stack) and asked.plan is None:
        pytest.skip(f"not assessed: no hosts of stack '{asked.stack}' run in the lab; run: ggvv up -s {asked.stack}")
    return project.lab()


@pytest.fixture(scope="session")
def lab_hosts(asked: Asked, place: Lab) -> Hosts:
    """The hosts of a lab, for what only a lab can be asked."""
    if not project.in_lab(asked.stack):
        pytest.skip("not assessed: only a lab's hosts can be broken and looked at from outside")
    return place.hosts


@pytest.fixture(scope="session")
def booted(asked: Asked) -> Handover:
    """What is declared of the hosts that are asked."""
    return asked.handover


@pytest.fixture(scope="session")
def firewalls(booted: Handover) -> dict[str, HandoverHost]:
    """The firewalls by name."""
    return {host.name: host for host in routers(booted)}


@pytest.fixture(scope="session")
def policy(asked: Asked) -> ProvedPolicy:
    """The flow policy of the stack, checked, compiled and proved on paper."""
    return ProvedPolicy.of(StackSettings.read(asked.stack).architecture(), datetime.now(UTC).date())


@pytest.fixture(scope="session")
def cluster(booted: Handover) -> Cluster:
    if not any(host.role == "cluster-node" for host in booted.hosts):
        pytest.skip("not assessed: this profile has no cluster nodes; run: ggvv lab up --profile lab")
    return cluster_of(booted)


@pytest.fixture(scope="session")
def on(asked: Asked, place: Lab) -> On:
    """A host by its name, with one connection for all questions."""
    config = str(place.hosts.ssh_config) if project.in_lab(asked.stack) else None
    made: dict[str, Host] = {}

    def host(name: str) -> Host:
        if name not in made:
            made[name] = testinfra.get_host(f"ssh://{name}", ssh_config=config, sudo=True)
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
def word() -> str:
    """What every host logged when it was looked at."""
    return new_word()


@pytest.fixture(scope="session")
def looks(asked: Asked, on: On, word: str) -> dict[str, Facts]:
    """One look at every host."""
    return look_at(asked, on, word)


@pytest.fixture
def facts(looks: dict[str, Facts], machine: HandoverHost) -> Facts:
    """What the host of this test answered."""
    return looks[machine.name]


@pytest.fixture(scope="session")
def members(booted: Handover) -> dict[str, tuple[str, ...]]:
    """The hosts that belong to the domain, and the groups that sign in to each."""
    lines = load_sign_ins()
    found = {host.name: signing_in(host, booted, lines) for host in booted.hosts}
    return {name: groups for name, groups in found.items() if groups is not None}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how long the steps of `ggvv up` took and what went wrong first, where the tests brought the lab up."""
    if (up := config.stash.get(UP, None)) is not None:
        troubles = re.search(r"^.*hosts are not as declared:.*?once more", up.stderr, re.MULTILINE | re.DOTALL)
        steps = [line for line in (up.stderr + up.stdout).splitlines() if re.search(r"\d s\)", line)]
        for line in [*steps, *(troubles[0].splitlines() if troubles else ())]:
            terminalreporter.write_line(f"ggvv up: {line}")
