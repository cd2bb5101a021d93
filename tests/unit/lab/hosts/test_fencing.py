"""Fencing in the lab: exactly the named cluster node loses its power, and nothing else can be named."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lab.hosts.errors import HostsError
from lab.hosts.fencing import Server, answer
from lab.hosts.host import AGENT
from lab.hosts.hosts import Hosts


@dataclass
class FakeHosts:
    """Two cluster nodes and a firewall, of which `crashed` have lost their power."""

    crashed: list[str] = field(default_factory=list)
    error: str = ""

    def status(self) -> list[SimpleNamespace]:
        roles = {"dc1-node-01": "cluster-node", "dc2-node-01": "cluster-node", "dc1-fw-01": "firewall"}
        return [SimpleNamespace(name=n, role=role, running=n not in self.crashed) for n, role in roles.items()]

    def crash(self, name: str) -> None:
        if self.error:
            raise HostsError(self.error)
        self.crashed.append(name)


@pytest.fixture
def hosts() -> FakeHosts:
    return FakeHosts()


def ask(hosts: FakeHosts, action: str, plug: str = "dc2-node-01") -> dict[str, object]:
    return answer({"action": action, "plug": plug}, cast("Hosts", hosts))


@pytest.mark.requirement("CMP-2")
def test_the_named_node_loses_its_power_and_no_other(hosts: FakeHosts):
    assert ask(hosts, "status") == {"running": True}
    assert ask(hosts, "off") == {"running": False}
    assert hosts.crashed == ["dc2-node-01"]
    assert ask(hosts, "status") == {"running": False}


def test_what_is_no_cluster_node_can_t_be_named(hosts: FakeHosts):
    assert "found plug 'dc1-fw-01'; right is one of dc1-node-01, dc2-node-01" in str(ask(hosts, "off", "dc1-fw-01"))
    assert hosts.crashed == []


def test_switching_on_is_no_node_s_affair(hosts: FakeHosts):
    assert "found action 'on'; right is off, status or monitor" in str(ask(hosts, "on"))


def test_a_host_that_can_t_be_stopped_is_told(hosts: FakeHosts):
    hosts.error = "the lab is busy"
    assert ask(hosts, "off") == {"error": "the lab is busy"}


@pytest.mark.parametrize("request_", [None, [], "off", {}])
def test_a_question_of_another_form_is_refused(request_: object, hosts: FakeHosts):
    assert "error" in answer(request_, cast("Hosts", hosts))


@pytest.fixture
def server(hosts: FakeHosts, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "socket"
    with Server(path, cast("Hosts", hosts), lambda _text: None) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield path
        made.shutdown()
        thread.join()


def test_it_answers_in_a_line_over_its_socket(server: Path):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(server))
        connection.sendall(b"no json\n")
        assert "error" in json.loads(connection.makefile().readline())


def agent(server: Path, tmp_path: Path, words: str) -> subprocess.CompletedProcess[str]:
    """The agent, with this socket in place of the one that nodes see."""
    script = tmp_path / "agent"
    script.write_text(AGENT.read_text().replace("/run/ggvv-fencing/socket", str(server)))
    return subprocess.run([sys.executable, script], input=words, capture_output=True, text=True, check=False)


def test_the_agent_takes_pacemaker_s_options_and_gives_its_exit_codes(server: Path, hosts: FakeHosts, tmp_path: Path):
    assert agent(server, tmp_path, "action=status\nplug=dc1-node-01\n").returncode == 0
    assert agent(server, tmp_path, "action=off\nnodename=dc1-node-01\n").returncode == 0
    assert hosts.crashed == ["dc1-node-01"]
    assert agent(server, tmp_path, "action=status\nplug=dc1-node-01\n").returncode == 2
    failed: Any = agent(server, tmp_path, "action=off\nplug=dc1-fw-01\n")
    assert failed.returncode == 1
    assert "right is one of" in failed.stderr


def test_the_agent_describes_itself(server: Path, tmp_path: Path):
    assert 'name="fence_ggvv_lab"' in agent(server, tmp_path, "action=metadata\n").stdout
