"""Loopback only: the stand-in never speaks to a real tenant."""

from __future__ import annotations

import pytest

from lab.plugins.azuread.errors import NotConfigured
from lab.plugins.azuread.identity import Identity
from lab.plugins.azuread.surroundings import only_loopback


@pytest.mark.parametrize("address", ["https://127.0.0.1:8443/", "https://localhost/", "https://[::1]:1/"])
def test_this_machine_is_accepted(address: str) -> None:
    """Without the last slash."""
    assert only_loopback(address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "https://graph.microsoft.com/",
        "https://192.0.2.1/",
        "https://localhost.example.org/",
        "https://127.0.0.1@192.0.2.1/",
    ],
)
def test_any_other_host_is_refused(address: str) -> None:
    """With the command that installs the official plugin."""
    with pytest.raises(NotConfigured, match=r"pulumi plugin install resource azuread 6\.11\.1"):
        only_loopback(address)


@pytest.mark.parametrize(
    ("template", "identity", "parts"),
    [
        ("/groups/{id}", "/groups/f58b", {"id": "f58b"}),
        ("{g}/member/{m}", "a/member/b", {"g": "a", "m": "b"}),
        (
            "/servicePrincipals/{r}/appRoleAssignedTo/{id}",
            "/servicePrincipals/a/appRoleAssignedTo/b-c_d",
            {"r": "a", "id": "b-c_d"},
        ),
    ],
)
def test_id_is_taken_apart(template: str, identity: str, parts: dict[str, str]) -> None:
    """And made of its parts again."""
    assert Identity(template).parts(identity) == parts
    assert template.format(**parts) == identity


def test_id_of_another_form_is_refused() -> None:
    """An import under a bare UUID says what the form is."""
    with pytest.raises(NotConfigured, match=r"has not the form /groups/\{id\}"):
        Identity("/groups/{id}").parts("f58b")
