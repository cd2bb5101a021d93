"""Every make of firewall that the policy is compiled for; one that fails is named, and the others are still written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from network.policy.compiling import compiled
from network.policy.flow import FlowPolicy
from network.policy.vendors import VENDORS
from reference.architecture import Architecture

Writer = Callable[[Architecture, date, FlowPolicy], Mapping[str, str]]
"""Makes the files of one target: file name to text."""


def _nftables(architecture: Architecture, today: date, policy: FlowPolicy) -> Mapping[str, str]:
    return {f"{site}.nft": text for site, text in compiled(architecture, today, policy).items()}


def _vendor(make: str) -> Writer:
    suffix, write = VENDORS[make]

    def files(architecture: Architecture, today: date, policy: FlowPolicy) -> Mapping[str, str]:
        return {f"every-site{suffix}": write(architecture, policy.current(today))}

    return files


TARGETS: Mapping[str, Writer] = {"nftables": _nftables, **{make: _vendor(make) for make in VENDORS}}
"""What makes each target's files, by the target's name."""


@dataclass(frozen=True)
class Compilation:
    """Files by `target/name`, and why a target has none."""

    files: Mapping[str, str]
    failed: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write the files into `folder`, each target into its own."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def compile_all(
    architecture: Architecture, today: date, policy: FlowPolicy, targets: Mapping[str, Writer] = TARGETS
) -> Compilation:
    """Compile for each of `targets`; flows that have ended are left out."""
    files: dict[str, str] = {}
    failed: dict[str, str] = {}
    for target, write in targets.items():
        try:
            made = write(architecture, today, policy)
        except Exception as error:  # noqa: BLE001 - Aerleon's writers raise what they like; the others go on
            failed[target] = f"{type(error).__name__}: {' '.join(str(error).split())}"
        else:
            files |= {f"{target}/{name}": text for name, text in made.items()}
    return Compilation(files, failed)
