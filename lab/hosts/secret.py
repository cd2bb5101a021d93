"""Secrets of the lab's hosts: random for each lab, kept beside its disks, and gone with them."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from lab.authority import write_private
from reference.backup_service import owners

RING_KEY = 256
"""Bytes of the key of the cluster nodes' ring (corosync-keygen(8))."""


@dataclass(frozen=True)
class HostSecrets:
    """What Ansible is handed: the directory's Administrator's password, the ring's key (base64), the owners' keys."""

    directory_password: str = field(repr=False)
    ring_key: str = field(repr=False)
    backup_keys: dict[str, str] = field(repr=False)
    """The key that each owner's copies are encrypted with."""

    @classmethod
    def at(cls, path: Path) -> Self:
        """Those in `path` (mode 0600), made on first use."""
        if not path.exists():
            made = {
                "directory_password": secrets.token_urlsafe(32),
                "ring_key": base64.b64encode(secrets.token_bytes(RING_KEY)).decode(),
                "backup_keys": {owner: secrets.token_urlsafe(32) for owner in owners()},
            }
            write_private(path, json.dumps(made).encode())
        return cls(**json.loads(path.read_text(encoding="utf-8")))
