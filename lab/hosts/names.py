"""Names of what the lab makes in the kernel: the same for the same lab, and of no other lab on the machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from lab.hosts.cgroup import LAB

NETNS = Path("/run/netns")
"""Where iproute2 keeps named network namespaces."""


@dataclass(frozen=True)
class Names:
    """Names of namespaces and control groups; all begin with `lab`, so that they are found again without a list."""

    lab: str

    @classmethod
    def of(cls, directory: Path) -> Names:
        """The names of the lab in `directory`."""
        return cls(f"{LAB}{hashlib.sha256(str(directory).encode()).hexdigest()[:6]}")

    @property
    def fabric(self) -> str:
        """The namespace of all bridges: the lab's cables and switches."""
        return f"{self.lab}-fabric"

    def operator(self, site: str) -> str:
        """The namespace of the console in the administration segment at `site`."""
        return f"{self.lab}-operator-{site}"

    def host(self, name: str) -> str:
        """A host's namespace; also the name of its container."""
        return f"{self.lab}-host-{name}"

    def namespaces(self) -> list[str]:
        """The namespaces of this lab that exist now."""
        return sorted(path.name for path in NETNS.glob(f"{self.lab}-*"))


def bridge(vlan: int, site: str) -> str:
    """The bridge of a segment at a site; a kernel without VLAN filtering wants one for each segment."""
    return f"v{vlan}-{site}"


def joint(vlan: int, site: str, other: str) -> str:
    """The end at `site` of the line that joins a segment's bridges at two sites."""
    return f"j{vlan}-{site}-{other}"


def port(address: IPv4Address) -> str:
    """The fabric's end of the cable to the interface with this address."""
    return f"p{int(address):08x}"


def mac(address: IPv4Address) -> str:
    """The hardware address of the interface with this address: locally administered (IEEE 802), stable, unique."""
    return "02:00:" + ":".join(f"{octet:02x}" for octet in address.packed)
