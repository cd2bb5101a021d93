"""What a configuration works on: hosts of a checked handover, the way to them, and the variables that they get."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab.hosts.host import AGENT
from lab.hosts.image import USER
from lab.hosts.keys import KeyPair
from lab.place import Lab
from operations import project
from operations.errors import UserError
from operations.flow_policy import ProvedPolicy
from operations.handover import deployed_handover
from operations.stack_settings import StackSettings
from reference.handover import Handover

VARIABLES = "GGVV_VARIABLES"
"""Names a file with what an environment brings of its own: accounts, authority, secrets (Ansible Vault is welcome)."""


@dataclass(frozen=True)
class Target:
    """The hosts of `handover` that are configured (`hosts`), and what Ansible needs to reach them.

    `variables` are written to a file that only its owner reads; `variables_file` is one of the environment's own.
    `rules` are the firewalls' by site: the flow policy, compiled.
    """

    stack: str
    handover: Handover
    hosts: tuple[str, ...]
    ssh_config: Path | None = None
    variables: dict[str, Any] = field(default_factory=dict, repr=False)
    variables_file: Path | None = None
    rules: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, stack: str, limit: str | None = None) -> Target:
        """The target of a stack with the firewalls' rules; `limit` alone, if given.

        Raises:
            UserError: as `reached`, or `limit` names none of the hosts.
            reference.errors.ArchitectureError: as `reached`, or the flow policy does not hold.
        """
        target = cls.reached(stack)
        policy = ProvedPolicy.of(StackSettings.read(stack).architecture(), datetime.now(UTC).date())
        target = replace(target, rules=policy.rules)
        return target if limit is None else target.only(limit)

    @classmethod
    def reached(cls, stack: str) -> Target:
        """The hosts of a stack, and the way to them: in the lab those that it boots, else all.

        Raises:
            UserError: the stack is not deployed, or its lab hosts are not up.
            reference.errors.ArchitectureError: the handover is of another version or environment.
        """
        handover = deployed_handover(stack)
        return _in_lab(stack, handover, project.lab()) if project.in_lab(stack) else _of_its_own(stack, handover)

    def only(self, host: str) -> Target:
        """The target with one host.

        Raises:
            UserError: it is not among the hosts.
        """
        if host not in self.hosts:
            close = difflib.get_close_matches(host, self.hosts, n=1)
            hint = f"did you mean {close[0]}?" if close else f"right is one of {', '.join(self.hosts)}"
            raise UserError(f"host '{host}' is not among the {len(self.hosts)} hosts of stack '{self.stack}'; {hint}")
        return replace(self, hosts=(host,))


def _of_its_own(stack: str, handover: Handover) -> Target:
    """A real environment: keys and known hosts are the operator's (ssh_config, agent), variables are in a file."""
    named = os.environ.get(VARIABLES)
    if named is None:
        raise UserError(
            f"stack '{stack}': {VARIABLES} is not set; right is the path of a file with the environment's own "
            "variables (accounts, authority); see docs/hosts.md"
        )
    path = Path(named)
    if not path.is_file():
        raise UserError(f"{VARIABLES}: found '{named}', which is no file; correct the path")
    return Target(stack, handover, tuple(host.name for host in handover.hosts), variables_file=path.resolve())


def _in_lab(stack: str, handover: Handover, lab: Lab) -> Target:
    """The lab: only what it boots, by its own keys, with its own authority."""
    hosts = lab.hosts
    booted = hosts.plan().handover
    if booted.environment != handover.environment:
        raise UserError(
            f"stack '{stack}': the lab boots the hosts of environment '{booted.environment}', "
            f"not of '{handover.environment}'; run: ggvv lab down, then up with the stack that is meant"
        )
    key, secrets = KeyPair.at(hosts.ssh_config.parent / "id_ed25519"), hosts.secrets()
    return Target(
        stack,
        handover,
        tuple(host.name for host in booted.hosts),
        ssh_config=hosts.ssh_config,
        variables={
            "ggvv_booted": [host.name for host in booted.hosts],
            "baseline_accounts": [{"name": USER, "keys": [key.public], "administrator": True}],
            "pki_ca_certificate": str(lab.directory / "ca" / "ca.pem"),
            "pki_ca_key": str(lab.directory / "ca" / "ca.key"),
            "domain_controller_password": secrets.directory_password,
            "cluster_ring_key": secrets.ring_key,
            "backup_repository_keys": secrets.backup_keys,
            "cluster_fence_agent": AGENT.name,
        },
    )
