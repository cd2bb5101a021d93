"""The matrix as a page: every cell is there, and tells flow, ports, owner and reason (FW-2)."""

from __future__ import annotations

import re

import pytest

from network.policy.flow import FlowPolicy
from network.policy.grant import every_zone, grants
from network.policy.intention import intention
from network.policy.matrix import matrix_html
from reference.architecture import Architecture


@pytest.fixture(scope="module")
def page(lab: Architecture, policy: FlowPolicy) -> str:
    every = every_zone(lab, "dc1")
    return matrix_html(policy, grants(policy, every), every, "Flow policy: <lab>")


def test_every_open_cell_is_there_and_no_other(page: str, lab: Architecture, policy: FlowPolicy):
    cells = intention(grant for grant in grants(policy, every_zone(lab, "dc1")) if not grant.local)
    shown = set(re.findall(r'class="open" title="(\S+) to (\S+)&#10;', page))
    assert shown == {cell for cell in cells if cell[0] != cell[1]}


def test_a_cell_tells_flow_ports_owner_and_reason(page: str):
    reason = "the nodes ask the witness for its vote"
    assert f"dc1-cluster to dc3-witness&#10;FLOW-QNETD: tcp 5403; platform: {reason}" in page


def test_the_page_needs_nothing_beside_itself_and_escapes_what_it_shows(page: str):
    assert not re.search(r"(src|href)=|@import|url\(", page)
    assert "<title>Flow policy: &lt;lab&gt;</title>" in page
