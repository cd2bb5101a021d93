"""Sign-ins to hosts: which hosts belong to the domain, and whose administrators may sign in there (IDM-1, BAK-3)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from reference.data import FOLDER, load
from reference.errors import ArchitectureError, refuse
from reference.handover import Handover, HandoverHost
from reference.host import HostRole
from reference.model import Model

SOURCE = "sign-ins.yaml"
WORKLOAD = "workload"

DIRECTORY_LABEL = "ad"
"""The directory's DNS domain is this label under the environment's: names of hosts stay the name servers' own."""

LONGEST_COMPUTER = 15
"""Characters of a NetBIOS name (MS-NBTE 1.8), and so of a computer's account without its `$`."""


class SignIns(Model):
    """One line of the file: hosts of `role` are signed in to by `groups`, or stand `outside` the domain."""

    role: str
    groups: tuple[str, ...] = ()
    outside: bool = False
    reason: str = Field(min_length=10)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.outside == bool(self.groups):
            raise ValueError(f"{self.role}: found groups {list(self.groups)} and outside {self.outside}; right is one")
        return self


class DirectoryDomain(Model):
    """The directory's domain: DNS name, Kerberos realm, and the short name of 15 characters at most (NetBIOS)."""

    name: str
    realm: str
    short: str


def directory_domain(handover: Handover) -> DirectoryDomain:
    """The domain of an environment's directory."""
    name = f"{DIRECTORY_LABEL}.{handover.domain}"
    return DirectoryDomain(name=name, realm=name.upper(), short=handover.environment.upper()[:LONGEST_COMPUTER])


def computer_name(host: str) -> str:
    """The name of a host's account, at most 15 characters (NetBIOS); a longer one ends in a hash of all of it.

    >>> computer_name("dc1-ns-01"), computer_name("gis-intranat-web01a")
    ('DC1-NS-01', 'GIS-INTRA-020A8')
    """
    if len(host) <= LONGEST_COMPUTER:
        return host.upper()
    digest = hashlib.sha256(host.encode()).hexdigest()[:5]
    return f"{host[: LONGEST_COMPUTER - 6]}-{digest}".upper()


def load_sign_ins(folder: Path = FOLDER) -> tuple[SignIns, ...]:
    """The lines of `sign-ins.yaml`.

    Raises:
        ArchitectureError: not such a list, or not exactly one line for each role.
    """
    lines = load(SOURCE, tuple[SignIns, ...], folder)
    counts = Counter(line.role for line in lines)
    roles = {WORKLOAD, *(str(role) for role in HostRole)}
    refuse(
        f"{SOURCE}: role '{role}' has {counts[role]} lines; right is "
        f"{'one' if role in roles else 'none, since no host has it'}; correct the file"
        for role in sorted(roles | counts.keys())
        if counts[role] != (role in roles)
    )
    return lines


def is_member(host: HandoverHost, lines: Iterable[SignIns]) -> bool:
    """Whether `host` belongs to the domain; its controllers, which are the domain, do not."""
    return not _line(host, lines).outside


def signing_in(host: HandoverHost, handover: Handover, lines: Iterable[SignIns]) -> tuple[str, ...] | None:
    """The names of the groups that may sign in to `host`; None where it is outside the domain.

    Raises:
        ArchitectureError: a line names a group that the handover has not got.
    """
    line = _line(host, lines)
    if line.outside:
        return None
    found = []
    for concept in line.groups:
        groups = [group for group in handover.groups if group.concept == concept]
        if not groups:
            known = ", ".join(sorted({group.concept for group in handover.groups}))
            raise ArchitectureError(
                f"{SOURCE}: role '{line.role}' names group '{concept}', which is not declared; right is one of {known}"
            )
        found += [g.name for g in groups if host.municipality is None or g.municipality in {None, host.municipality}]
    return tuple(found)


def _line(host: HandoverHost, lines: Iterable[SignIns]) -> SignIns:
    return next(line for line in lines if line.role == host.role)
