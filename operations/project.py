"""Where things lie in the project, and which stacks there are."""

from __future__ import annotations

import os
from pathlib import Path

from lab.place import Lab
from operations.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
"""The project's root: where `Pulumi.yaml` and `__main__.py` are."""

NAME = "ggvv"
"""The Pulumi project's name, and so the namespace of its configuration keys."""

STACKS = ROOT / "stacks"
EXISTING_DATACENTER = ROOT / "lab" / "vcenter" / "existing.yaml"


PARTS_OF_LAB = {"ca", "esxi-password", "hosts", "passphrase", "project", "state", "tenant", "vcenter"}
"""What lies in a lab's folder; one of them is there in every lab, half-dead or not."""


def lab() -> Lab:
    """The lab of this project (`.lab/`, or `$GGVV_LAB`, where that is not empty).

    Raises:
        UserError: the folder is somebody else's, and would be removed with the lab.
    """
    directory = Path(os.environ.get("GGVV_LAB") or ROOT / ".lab").resolve()
    found = sorted(path.name for path in directory.iterdir()) if directory.is_dir() else []
    if found and not PARTS_OF_LAB & {*found}:
        raise UserError(
            f"GGVV_LAB: found {directory} with '{found[0]}' in it, which is no lab's; right is a folder of its own, "
            "since it is removed with the lab; name a new one"
        )
    return Lab(directory)


def in_lab(stack: str) -> bool:
    """Whether the stack's vCenter is the embedded one (`lab`, `lab-full`, …): its state lives and goes with it."""
    return stack == "lab" or stack.startswith("lab-")


def logs() -> Path:
    """The directory of log files, made on first use."""
    directory = ROOT / ".cache" / "logs"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def stack_file(stack: str) -> Path:
    """The stack's file under `stacks/`.

    Raises:
        UserError: there is none by that name.
    """
    path = STACKS / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.name.removeprefix("Pulumi.").removesuffix(".yaml") for p in STACKS.glob("Pulumi.*")))
        raise UserError(f"stack '{stack}' has no file {path.relative_to(ROOT)}; known stacks are {known}")
    return path
