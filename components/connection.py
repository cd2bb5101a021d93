"""The vCenter that a stack is deployed to, from the stack's configuration or the environment."""

from __future__ import annotations

import os

import pulumi
import pulumi_vsphere as vsphere

from reference import endpoint


def vcenter(config: pulumi.Config, stack: str) -> vsphere.Provider:
    """Open the connection; TLS is always checked.

    Raises:
        reference.errors.ArchitectureError: an endpoint value is missing.
    """
    names = (endpoint.SERVER, endpoint.USER, endpoint.PASSWORD)
    found = {setting: os.environ.get(setting.variable) or config.get(setting.key) for setting in names}
    endpoint.missing(names, found, stack)
    return vsphere.Provider(
        "vcenter",
        vsphere_server=found[endpoint.SERVER],
        user=found[endpoint.USER],
        password=pulumi.Output.secret(found[endpoint.PASSWORD]),
    )


def host_password(config: pulumi.Config, stack: str) -> pulumi.Output[str]:
    """The password of root on new ESXi hosts, asked for only where there are new hosts to add."""
    setting = endpoint.HOST_PASSWORD
    found = {setting: os.environ.get(setting.variable) or config.get(setting.key)}
    endpoint.missing((setting,), found, stack)
    return pulumi.Output.secret(found[setting] or "")
