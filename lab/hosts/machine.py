"""Whether this machine can boot hosts: asked before anything is made, and told in one sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from lab.hosts.errors import HostsError

NEEDED = {
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "mount": "mount",
    "nc": "netcat-openbsd",
    "nsenter": "util-linux",
    "ssh": "openssh-client",
    "systemd-nspawn": "systemd-container",
}
"""Commands, and the packages that bring them."""

CAP_NET_ADMIN, CAP_SYS_ADMIN = 12, 21
"""Numbers of capabilities (capabilities(7)): network namespaces and links; mounts and containers."""

STATUS = Path("/proc/self/status")
CGROUPS = Path("/sys/fs/cgroup")
Which = Callable[[str], str | None]


def require() -> None:
    """Do nothing where hosts can be booted.

    Raises:
        HostsError: they can't; says what is missing.
    """
    if (reason := obstacle()) is not None:
        raise HostsError(f"lab hosts: {reason}")


def obstacle(status: Path = STATUS, cgroups: Path = CGROUPS, which: Which = shutil.which) -> str | None:
    """What keeps hosts from booting on this machine, and what to do about it; None where they can."""
    capabilities = _effective(status)
    if not all(capabilities >> needed & 1 for needed in (CAP_NET_ADMIN, CAP_SYS_ADMIN)):
        return (
            "this process may not make namespaces and mounts; run it as root (sudo), not in an unprivileged container"
        )
    missing = {package for command, package in NEEDED.items() if which(command) is None}
    if missing:
        return f"the packages {', '.join(sorted(missing))} are not installed; run: sudo make venv"
    if not (cgroups / "cgroup.procs").exists() and not (cgroups / "unified" / "cgroup.procs").exists():
        return f"{cgroups} has no cgroup2 hierarchy; start the machine with one (systemd's default)"
    return None


def _effective(status: Path) -> int:
    """The process's effective capabilities as a set of bits."""
    lines = status.read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("CapEff:")), 16)
