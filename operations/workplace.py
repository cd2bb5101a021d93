"""The folder that the engine works in: the project itself, or for runs on the lab a twin of it inside the lab.

Pulumi writes a stack's encryption salt into its file. The lab's passphrase is random and goes with the lab, so its
runs get stack files of their own; everything else in the twin is a link to the project.
"""

from __future__ import annotations

import re
from pathlib import Path

from operations import project
from operations.connection import Connection

LINKED = ("Pulumi.yaml", "__main__.py", "reference", "network", "components", "identity", "backup")
"""What the program consists of."""

_SALT = re.compile(r"^encryptionsalt:.*\n?", re.MULTILINE)


def workplace(stack: str, connection: Connection) -> Path:
    """The folder to run the engine in; a twin has today's stack file and the salt that it got before."""
    if not connection.stand_in:
        return project.ROOT
    twin = project.lab().directory / "project"
    stacks = twin / "stacks"
    stacks.mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        if not (twin / name).is_symlink():
            (twin / name).symlink_to(project.ROOT / name)
    source = project.stack_file(stack)
    own = stacks / source.name
    salt = _SALT.search(own.read_text(encoding="utf-8")) if own.exists() else None
    content = _SALT.sub("", source.read_text(encoding="utf-8"))
    own.write_text(content + (salt[0] if salt else ""), encoding="utf-8")
    return twin
