"""What a lab's hosts are: written down before the first of them is made, so that another process finds them."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from lab.hosts.errors import HostsError
from reference.handover import Handover, HandoverHost
from reference.model import Model


class Plan(Model):
    """The hosts of `profile` (`handover` has these alone) on the golden `tree`."""

    profile: str
    tree: Path
    handover: Handover

    @classmethod
    def read(cls, path: Path) -> Plan | None:
        """The plan in `path`; None where there is none, or one of another version."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, path: Path) -> None:
        """Write it in one piece."""
        fresh = path.with_suffix(".new")
        fresh.write_text(self.model_dump_json(indent=1), encoding="utf-8")
        fresh.rename(path)

    def host(self, name: str) -> HandoverHost:
        """The host of this name.

        Raises:
            HostsError: there is none.
        """
        for host in self.handover.hosts:
            if host.name == name:
                return host
        known = ", ".join(host.name for host in self.handover.hosts)
        raise HostsError(f"host '{name}': profile '{self.profile}' has no such host; right is one of {known}")
