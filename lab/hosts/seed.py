"""What is written into a host's own layer before it boots: who it is, who may enter, and the bootstrap."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.hosts.bootstrap import SERVICE, UNIT, undone
from lab.hosts.image import USER
from lab.hosts.keys import KeyPair
from reference.handover import HandoverHost

HOST_KEY = Path("etc/ssh/ssh_host_ed25519_key")
NAMESPACE = uuid.UUID("5c0f6a0e-3f0b-4d0a-9a64-6f1a1c6c2a11")
"""Machine ids are UUIDs (RFC 9562, version 5) under this one: the same host of the same lab always has the same."""


@dataclass(frozen=True)
class Seed:
    """A file of a host: `path` from its root, octal `mode`, root's unless `user` says the administrator's."""

    path: Path
    content: str
    mode: int = 0o644
    user: bool = False

    def write(self, root: Path, owner: tuple[int, int]) -> None:
        """Write it under `root`; folders that it needs belong to the same owner (uid and gid, the administrator's)."""
        target = root / self.path
        if self.user and not target.parent.exists():
            target.parent.mkdir(mode=0o700)
            os.chown(target.parent, *owner)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.touch(mode=0o600)
        target.write_text(self.content, encoding="utf-8")
        target.chmod(self.mode)
        if self.user:
            os.chown(target, *owner)


def seeds(host: HandoverHost, domain: str, lab: str, administrator: str, key: KeyPair) -> list[Seed]:
    """The files that every host gets; `administrator` is the public key that may enter, `key` the host's own."""
    machine_id = uuid.uuid5(NAMESPACE, f"{lab}/{host.name}").hex
    names = f"{host.name}.{domain} {host.name}"
    return [
        Seed(Path("etc/hostname"), f"{host.name}\n"),
        Seed(Path("etc/hosts"), f"127.0.0.1 localhost\n::1 localhost\n{host.ipv4} {names}\n{host.ipv6} {names}\n"),
        Seed(Path("etc/machine-id"), f"{machine_id}\n", 0o444),
        Seed(HOST_KEY, key.private.decode(), 0o600),
        Seed(HOST_KEY.with_suffix(".pub"), f"{key.public} root@{host.name}\n"),
        Seed(Path(f"home/{USER}/.ssh/authorized_keys"), f"{administrator}\n", 0o600, user=True),
    ]


def bootstrap_seeds(lines: Sequence[str]) -> list[Seed]:
    """The files of the bootstrap unit, which does `lines`."""
    folder = Path("etc/ggvv")
    return [
        Seed(folder / "bootstrap.up", "".join(f"{line}\n" for line in lines)),
        Seed(folder / "bootstrap.down", "".join(f"{line}\n" for line in undone([*lines]))),
        Seed(Path("etc/systemd/system") / UNIT, SERVICE),
    ]
