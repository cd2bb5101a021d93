"""What is wrong with an endpoint, a credential or the toolchain is said in one sentence: key, value, remedy."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.authority import Authority
from lab.place import Endpoint
from operations import project
from tests.deploy.conftest import Commands


def refused(ggvv: Commands, *arguments: str, **variables: str) -> str:
    """Run, expect exit code 1, one line on stderr at the end, no traceback; returns that line."""
    result = ggvv(*arguments, **variables)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    return " ".join(result.stderr.split())


@pytest.fixture
def real(endpoint: Endpoint) -> dict[str, str]:
    """The variables of a real stack, pointed at the tests' vCenter."""
    return {
        "VSPHERE_SERVER": endpoint.server,
        "VSPHERE_USER": endpoint.user,
        "VSPHERE_PASSWORD": endpoint.password,
        "GGVV_ESXI_PASSWORD": "not-used-in-a-preview",
        "SSL_CERT_FILE": str(endpoint.authority),
    }


PREVIEW = ("deploy", "-s", "newdc", "--preview")


def test_missing_secret(ggvv: Commands, real: dict[str, str]) -> None:
    del real["VSPHERE_PASSWORD"]
    said = refused(ggvv, *PREVIEW, **real)
    assert "secret ggvv:vcenterPassword is not set" in said
    assert "pulumi config set --secret -s newdc vcenterPassword" in said


def test_wrong_password(ggvv: Commands, real: dict[str, str]) -> None:
    said = refused(ggvv, *PREVIEW, **{**real, "VSPHERE_PASSWORD": "wrong"})
    assert "were refused; correct VSPHERE_USER and VSPHERE_PASSWORD" in said
    assert "wrong" not in said.replace("wrong password", "")


def test_wrong_certificate(ggvv: Commands, real: dict[str, str], tmp_path: Path) -> None:
    stranger = Authority.at(tmp_path).certificate
    said = refused(ggvv, *PREVIEW, **{**real, "SSL_CERT_FILE": str(stranger)})
    assert "certificate is not trusted" in said
    assert "set SSL_CERT_FILE" in said


def test_vcenter_not_reachable(ggvv: Commands, real: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    said = refused(ggvv, *PREVIEW, **{**real, "VSPHERE_SERVER": f"127.0.0.1:{port}"})
    assert f"vCenter 127.0.0.1:{port}" in said
    assert "is not reachable" in said


@pytest.fixture
def _newdc_file_as_before() -> Iterator[None]:
    """Pulumi writes a salt into a real stack's file at its first run; here it is a test's."""
    path = project.STACKS / "Pulumi.newdc.yaml"
    before = path.read_text()
    yield
    path.write_text(before)


@pytest.mark.usefixtures("_newdc_file_as_before")
def test_plugin_missing(ggvv: Commands, real: dict[str, str], tmp_path: Path) -> None:
    """A real stack needs the official plugin: the lab's bridge never stands in for it there."""
    own = {
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "of-this-test",
        "HOME": str(tmp_path),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    assert "the plugin pulumi-resource-vsphere is missing; run: ggvv doctor" in refused(ggvv, *PREVIEW, **real, **own)


def test_stretched_vsan_on_the_bridge(ggvv: Commands, stack: Callable[..., str]) -> None:
    said = refused(ggvv, "deploy", "-s", stack(storage="vsan-stretched"), "--preview")
    assert "`ggvv:storage`: found vsan-stretched, which the lab's bridge over provider 2.1.1 lacks" in said
    assert "pulumi plugin install resource vsphere 4.18.2" in said


def test_unknown_stack(ggvv: Commands) -> None:
    said = refused(ggvv, "plan", "-s", "nowhere")
    assert "stack 'nowhere' has no file stacks/Pulumi.nowhere.yaml; known stacks are gislaved, lab, lab-full" in said


def test_a_lab_that_is_down(ggvv: Commands, tmp_path: Path) -> None:
    assert "the lab's vCenter does not run; run: ggvv lab up" in refused(
        ggvv, "deploy", "-s", "lab", GGVV_LAB=str(tmp_path / "down")
    )
