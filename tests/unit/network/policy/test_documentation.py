"""The tables and the picture in docs/network.md are the policy and the model: what has fallen behind is found."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from network.policy.pages import PAGE, PICTURE, lab, rendered
from reference.fabric import LinkKind


def test_the_page_s_tables_are_the_policy():
    """Mended by `python -m network.policy.pages`."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("<!-- table") == 6
    assert rendered(text) == text


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    """All words of the picture: its nodes and lines by name, and what is written beside them."""
    return [text.strip() for text in ET.parse(PICTURE).getroot().itertext() if text.strip()]


@pytest.mark.requirement("NET-1", "NET-2")
def test_the_picture_has_every_link_with_its_path_and_no_other(drawn: list[str]):
    """Mended by `python -m network.policy.pages`; not compared by bytes, since each release of Graphviz has its own."""
    architecture = lab()
    place = architecture.plan.fabric.places
    ends = [(link.a if link.kind is LinkKind.CORE else place[link.a], link.b) for link in architecture.links]
    lines = [line for line in drawn if "--" in line and not line.endswith("-zones")]
    assert sorted(lines) == sorted(f"{a}--{b}" for a, b in ends)
    labels = [word for word in drawn if word.endswith((", north", ", south"))]
    assert sorted(labels) == sorted(f"l{link.number}, {link.path}" for link in architecture.links)


@pytest.mark.requirement("NET-1", "NET-2")
def test_the_picture_has_every_firewall_municipality_and_zone(drawn: list[str]):
    architecture = lab()
    firewalls = {host.name for host in architecture.hosts if host.role == "firewall"}
    zones = {segment.zone for segment in architecture.segments if len(segment.spans) == 1}
    assert {*firewalls, *zones, *(m.name for m in architecture.municipalities)} <= {*drawn}
