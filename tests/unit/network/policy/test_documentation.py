"""The tables in docs/network.md are the policy: a page that has fallen behind is found."""

from __future__ import annotations

from network.policy.pages import PAGE, rendered
from network.policy.topology import topology
from reference.architecture import Architecture


def test_the_page_s_tables_are_the_policy():
    """Mended by `python -m network.policy.pages`."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("<!-- table") == 7
    assert rendered(text) == text


def test_the_picture_has_every_firewall_and_link(lab: Architecture):
    picture = topology(lab)
    for link in lab.links:
        assert f'"l{link.number}, {link.path}"' in picture
    for host in (host for host in lab.hosts if host.role == "firewall"):
        assert f'{{{{"{host.name}"}}}}' in picture
