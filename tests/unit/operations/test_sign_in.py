"""A sign-in that Entra ID refuses is told in one sentence, with the variable to correct, and no secret."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.core.exceptions import ClientAuthenticationError

from operations import graph
from operations.errors import UserError
from operations.tenant_connection import TenantConnection

CONNECTION = TenantConnection(
    tenant_id="11111111-1111-4111-8111-111111111111",
    client_id="33333333-3333-4333-8333-333333333333",
    client_secret="of-this-test",  # noqa: S106 - good for nothing
    login="login.invalid",
    graph="graph.invalid",
    variables={},
    authority=None,
    stand_in=False,
)


def told(monkeypatch: pytest.MonkeyPatch, said: str) -> str:
    """What is told when the sign-in service says so."""

    def refuse(_scope: str) -> None:
        raise ClientAuthenticationError(message=said)

    monkeypatch.setattr(graph, "_credential", lambda _: SimpleNamespace(get_token=refuse))
    with pytest.raises(UserError) as refused, graph.Graph.open(CONNECTION):
        pass
    return str(refused.value)


SENTENCES = {
    "AADSTS7000215": "the client secret is wrong; correct ARM_CLIENT_SECRET",
    "AADSTS7000222": "the client secret has expired; make a new one and set ARM_CLIENT_SECRET",
    "AADSTS700016": "no such application in this tenant; correct ARM_CLIENT_ID",
    "AADSTS90002": "there is no such tenant; correct ARM_TENANT_ID",
    "double check your tenant": "there is no such tenant; correct ARM_TENANT_ID",
}


@pytest.mark.requirement("IDM-1")
@pytest.mark.parametrize("code", [code for code, _ in graph.REFUSED])
def test_each_known_refusal_says_what_to_correct(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    said = told(monkeypatch, f"{code}: something.\r\nTrace ID: 4f1b")
    assert said == f"tenant {CONNECTION.tenant_id} at graph.invalid: the sign-in was refused: {SENTENCES[code]}"


def test_another_refusal_is_told_in_the_service_s_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, "AADSTS53003: blocked by Conditional Access.\r\nTrace ID: 4f1b")
    assert said.endswith("the sign-in was refused: AADSTS53003: blocked by Conditional Access.")
