"""The built bridge says the version that the SDK asks for, and lacks of the SDK's resources only what is known."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import version
from importlib.resources import files

import pytest

from operations.toolchain import Found, Origin, locate

NOT_IN_BRIDGE = {
    "Alarm",
    "ConfigurationProfile",
    "DistributedVirtualSwitchPvlanMapping",
    "GuestOsCustomization",
    "Namespace",
    "NetworkProtocolProfile",
    "OfflineSoftwareDepot",
    "SsoGroup",
    "SsoUser",
    "Supervisor",
    "SupervisorV2",
    "VirtualMachineClass",
    "Zone",
}
"""Resources newer than release 2.1.1 of the Terraform provider: a stack that needs one needs the official plugin."""


@pytest.fixture(scope="module")
def bridge() -> str:
    found = locate("pulumi-resource-vsphere")
    if not isinstance(found, Found) or found.origin is Origin.OFFICIAL:
        pytest.skip("the official plugin is in use on this machine, the bridge is not built")
    return str(found.path)


def say(bridge: str, argument: str) -> str:
    return subprocess.run([bridge, argument], capture_output=True, text=True, check=True).stdout


def test_the_bridge_says_the_version_that_the_sdk_asks_for(bridge: str) -> None:
    assert say(bridge, "-version").strip() == version("pulumi-vsphere")


def test_the_bridge_lacks_only_what_is_known_to_be_newer(bridge: str) -> None:
    resources = json.loads(say(bridge, "-get-provider-info"))["resources"].values()
    carried = {resource["tok"] for resource in resources}
    sources = "".join(path.read_text() for path in files("pulumi_vsphere").iterdir() if path.name.endswith(".py"))
    wanted = set(re.findall(r"'(vsphere:index/[a-z]\w+:[A-Z]\w+)'", sources))
    assert len(wanted) > 40
    assert {token.rpartition(":")[2] for token in wanted - carried} == NOT_IN_BRIDGE
