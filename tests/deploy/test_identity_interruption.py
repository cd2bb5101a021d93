"""A deploy that is killed while the tenant makes something: the next one takes it over, and makes nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.place import Lab
from operations import project
from tests.deploy.conftest import Commands
from tests.deploy.directory import Directory

CERTIFICATE = "azuread:index/servicePrincipalTokenSigningCertificate:ServicePrincipalTokenSigningCertificate"


def certificates(lab: Lab, name: str) -> list[str]:
    """The keys that verify what a service principal signs."""
    endpoint = lab.tenant_endpoint()
    assert endpoint is not None
    with Directory.at(endpoint) as directory:
        found = directory.one("/v1.0/servicePrincipals?$select=id,displayName,keyCredentials", name)
    return [each["keyId"] for each in found["keyCredentials"] if each["usage"] == "Verify"]


@pytest.mark.requirement("IDM-3")
def test_killed_while_a_signing_certificate_is_made(
    ggvv: Commands, running_lab: Lab, stack: Callable[..., str]
) -> None:
    """The state is as a kill leaves it between Graph's answer and the engine's note of it."""
    name = stack()
    ggvv.done("deploy", "-s", name)
    made = certificates(running_lab, f"ggvv-{name}-itsm")
    assert len(made) == 1
    begin_anew(running_lab.state / ".pulumi" / "stacks" / project.NAME / f"{name}.json", "itsm")

    result = ggvv("deploy", "-s", name)
    assert result.returncode == 0, result.stderr
    assert "1 of them exist and were taken over" in " ".join(result.stderr.split())
    assert "0 created, 0 updated, 0 deleted" in result.stdout
    assert certificates(running_lab, f"ggvv-{name}-itsm") == made


def begin_anew(checkpoint: Path, application: str) -> None:
    """Leave the state as if the engine had begun to make an application's certificate, and no more."""
    state = json.loads(checkpoint.read_text())
    latest = state["checkpoint"]["latest"]
    begun = next(r for r in latest["resources"] if r["type"] == CERTIFICATE and r["urn"].endswith(f"::{application}"))
    latest["resources"].remove(begun)
    kept = {key: value for key, value in begun.items() if key not in {"id", "outputs"}}
    latest["pending_operations"] = [{"type": "creating", "resource": kept}]
    checkpoint.write_text(json.dumps(state))
