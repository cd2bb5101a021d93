"""A lab of real hosts in a folder of its own: booted once, broken and mended by the tests, gone at the end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.hosts.hosts import Hosts
from lab.hosts.machine import obstacle
from operations.lab_image import golden_tree
from operations.stack_settings import StackSettings
from reference.handover import Handover, undeployed

Shell = Callable[..., str]
PROFILE = "small"


@pytest.fixture(scope="session")
def handover() -> Handover:
    return undeployed(StackSettings.read("lab").architecture())


@pytest.fixture(scope="session")
def tree() -> Path:
    """The golden tree from the project's cache."""
    if (reason := obstacle()) is not None:
        pytest.skip(f"hosts can't boot here: {reason}")
    return golden_tree()


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, handover: Handover, tree: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path_factory.mktemp("lab") / "hosts")
    try:
        made.up(handover, PROFILE, tree, print)
        yield made
    finally:
        made.down()


@pytest.fixture(scope="module")
def on(hosts: Hosts) -> Shell:
    """Runs a command on a host over SSH and gives what it printed."""

    def run(host: str, command: str) -> str:
        return ssh(hosts, host, command, check=True).stdout.strip()

    return run


@pytest.fixture(scope="module")
def on_each(hosts: Hosts, on: Shell) -> Callable[[str], dict[str, str]]:
    """Runs a command on every host side by side; what each printed, by name."""
    names = [host.name for host in hosts.status()]

    def run(command: str) -> dict[str, str]:
        with ThreadPoolExecutor(8) as pool:
            return dict(zip(names, pool.map(lambda name: on(name, command), names), strict=True))

    return run


def ssh(hosts: Hosts, host: str, command: str, *options: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    """SSH to a host with more options before its name; fails after five seconds without an answer."""
    *start, name = hosts.ssh_command(host)
    # ssh ends its way in by SIGHUP, which is ignored where the tests were started with nohup.
    words = ["env", "--default-signal=HUP", *start, "-o", "ConnectTimeout=5", *options, name, command]
    return subprocess.run(words, capture_output=True, text=True, check=check, stdin=subprocess.DEVNULL, timeout=60)
