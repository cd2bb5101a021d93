"""Boots the lab's hosts from what a deploy handed over."""

from __future__ import annotations

import time

from lab.hosts.machine import obstacle
from operations import console, project
from operations.errors import UserError
from operations.handover import NotDeployed, deployed_handover
from operations.lab_image import golden_tree

STAND_IN = "systemd containers in network namespaces: stand-ins for virtual machines"


def boot(stack: str, profile: str) -> bool:
    """Boot the profile's hosts of a deployed lab stack; False where this machine can't, which is said with the reason.

    Raises:
        UserError: the stack is not the lab's, or was not deployed (NotDeployed).
        lab.hosts.errors.HostsError: the root file system can't be built, or a host does not come up.
    """
    if not project.in_lab(stack):
        raise UserError(f"stack '{stack}': only stacks of the lab have hosts in it; name one of them, such as: -s lab")
    if (reason := obstacle()) is not None:
        console.say(f"lab: no hosts: {reason}; everything else of the lab works")
        return False
    handover, tree, hosts = deployed_handover(stack), golden_tree(), project.lab().hosts
    began = time.monotonic()
    hosts.up(handover, profile, tree, console.say)
    count = len(hosts.plan().handover.hosts)
    console.say(f"lab: {count} hosts up, profile '{profile}' ({STAND_IN}; {time.monotonic() - began:.1f} s)")
    return True


def boot_if_deployed(stack: str, profile: str) -> None:
    """As `boot`; where the stack was not deployed yet, say that the hosts come after that."""
    try:
        if not any(project.lab().state.glob(f".pulumi/stacks/{project.NAME}/{stack}.json*")):
            raise NotDeployed(f"stack '{stack}' was not deployed; run: ggvv deploy -s {stack}")
        boot(stack, profile)
    except NotDeployed as reason:
        console.say(f"lab: no hosts yet, they boot from what a deploy hands over: {reason}")
