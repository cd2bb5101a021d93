"""What is wrong with the tenant, or what a stack chooses for it, is said in one sentence before anything is written."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.authority import Authority
from lab.place import Lab, TenantEndpoint
from tests.deploy.conftest import Commands
from tests.deploy.directory import Directory
from tests.deploy.own_tenant import own_tenant, variables
from tests.deploy.test_refusals import PREVIEW, refused


@pytest.fixture
def tenant(running_lab: Lab) -> TenantEndpoint:
    """The tests' tenant."""
    found = running_lab.tenant_endpoint()
    assert found is not None
    return found


@pytest.fixture
def real(tenant: TenantEndpoint) -> dict[str, str]:
    """The variables of a real stack, pointed at the tests' tenant; the vCenter is the lab's, as in a first preview."""
    return variables(tenant)


@pytest.fixture
def hand(tenant: TenantEndpoint) -> Iterator[Directory]:
    with Directory.at(tenant) as found:
        yield found


def test_wrong_secret(ggvv: Commands, real: dict[str, str]) -> None:
    said = refused(ggvv, *PREVIEW, **{**real, "ARM_CLIENT_SECRET": "not-the-secret"})
    assert "the sign-in was refused: the client secret is wrong; correct ARM_CLIENT_SECRET" in said
    assert "not-the-secret" not in said


def test_missing_client_secret(ggvv: Commands, real: dict[str, str]) -> None:
    del real["ARM_CLIENT_SECRET"]
    said = refused(ggvv, *PREVIEW, **real)
    assert "secret ggvv:clientSecret is not set" in said
    assert "pulumi config set --secret -s newdc clientSecret" in said


def test_unknown_tenant(ggvv: Commands, real: dict[str, str]) -> None:
    said = refused(ggvv, *PREVIEW, **{**real, "ARM_TENANT_ID": str(uuid.uuid4())})
    assert "there is no such tenant; correct ARM_TENANT_ID" in said


def test_tenant_of_another_organisation(ggvv: Commands, real: dict[str, str]) -> None:
    """The stack says whose tenant it is for; signing in to another one is not enough."""
    said = refused(ggvv, *PREVIEW, **real)
    assert "has the domains ggvv-lab.onmicrosoft.com; right is the tenant of" in said
    assert "correct ARM_TENANT_ID or the stack file" in said


def test_tenant_not_reachable(ggvv: Commands, real: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    said = refused(ggvv, *PREVIEW, **{**real, "ARM_METADATA_HOSTNAME": f"127.0.0.1:{port}"})
    assert f"ARM_METADATA_HOSTNAME: 127.0.0.1:{port} doesn't say where sign-in and Graph are" in said


def test_wrong_certificate_of_the_tenant(ggvv: Commands, real: dict[str, str], tmp_path: Path) -> None:
    stranger = Authority.at(tmp_path).certificate
    said = refused(ggvv, *PREVIEW, **{**real, "SSL_CERT_FILE": str(stranger)})
    assert "doesn't say where sign-in and Graph are" in said
    assert "CERTIFICATE_VERIFY_FAILED" in said


def test_missing_graph_permission(ggvv: Commands, tmp_path: Path) -> None:
    """A tenant of its own, whose client may read but not write policies: it is named before anything is written."""
    own = {"domain": "ggvv.onmicrosoft.com", "permissions": ["Group.ReadWrite.All", "Domain.Read.All"]}
    with own_tenant(tmp_path / "lab", **own) as tenant:
        said = refused(ggvv, *PREVIEW, **variables(tenant))
    assert "lacks the Graph permissions" in said
    assert "Policy.ReadWrite.ConditionalAccess" in said


def test_unknown_policy_in_the_rollout(ggvv: Commands, stack: Callable[..., str], hand: Directory) -> None:
    before = hand.everything()
    choices = {"domain": "ggvv-lab.onmicrosoft.com", "trusted_egress": ["198.51.100.0/24"]}
    said = refused(ggvv, "deploy", "-s", stack(identity={**choices, "policies": {"CAU999": "enforced"}}))
    assert "CAU999" in said
    assert "right is one of CAD001, " in said
    assert hand.everything() == before
