"""A host that runs: systemd-nspawn boots it in its own control group and network namespace."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import psutil

from lab.hosts.cgroup import Cgroup
from lab.hosts.names import NETNS
from reference.data import load
from reference.model import Model

ENTER = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit; shift; done; shift; exec "$@"'
"""A fixed script: the process puts itself into the groups before `--`, then becomes the command after it."""

STOPPING = 30.0
"""Seconds that a host gets to stop in order."""

ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network",  # else /proc/sys/net is read-only and nothing forwards
}


class Privileges(Model):
    """What a role's containers may more, and less, than others; `devices` of the machine that they may use."""

    add: tuple[str, ...]
    drop: tuple[str, ...]
    devices: tuple[Path, ...]
    reason: str


@cache
def _privileges() -> dict[str, Privileges]:
    return load("capabilities.yaml", dict[str, Privileges], Path(__file__).parent)


def privileges(role: str) -> tuple[Privileges, ...]:
    """The privileges of a role: everyone's, and its own."""
    return tuple(p for name, p in _privileges().items() if name in {"every", role})


@dataclass(frozen=True)
class Container:
    """The host `name` with its `role`: `space` is its network namespace, `cgroup` its group, `log` its console.

    `shared` are folders of the lab machine that it sees, read-only, at the path after the colon.
    """

    name: str
    role: str
    space: str
    cgroup: Cgroup
    log: Path
    shared: tuple[str, ...] = ()

    def command(self, root: Path) -> list[str]:
        """How systemd-nspawn is called (systemd-nspawn(1)); LAB-FACTS has what each switch is for."""
        granted = privileges(self.role)
        return [
            "systemd-nspawn", "--quiet", "--boot", f"--directory={root}",
            f"--machine={self.name}",
            "--register=no", "--keep-unit",  # no systemd outside
            f"--network-namespace-path={NETNS / self.space}",
            "--resolv-conf=off", "--timezone=off", "--link-journal=no",
            "--notify-ready=yes", "--console=read-only",
            f"--capability={','.join(c for p in granted for c in p.add)}",
            f"--drop-capability={','.join(c for p in granted for c in p.drop)}",
            *(f"--bind={device}" for p in granted for device in p.devices),
            *(f"--bind-ro={folder}" for folder in self.shared),
        ]  # fmt: skip

    def start(self, root: Path) -> Readiness:
        """Boot it from `root`; answers at once, and the result tells when it is up."""
        self.cgroup.make()
        readiness = Readiness.listen(self.space)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            subprocess.Popen(  # noqa: S603 - fixed lists, the script above has no values in it
                ["/bin/sh", "-c", ENTER, "sh", *map(str, self.cgroup.folders), "--", *self.command(root)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**ENVIRONMENT, "NOTIFY_SOCKET": readiness.address},
            )  # fmt: skip
        return readiness

    def stop(self) -> None:
        """Let it stop in order; kill what is left after `STOPPING` seconds."""
        for pid in self.cgroup.processes():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                if psutil.Process(pid).name() == "systemd-nspawn":
                    os.kill(pid, signal.SIGTERM)
        self.cgroup.wait_empty(STOPPING)
        self.cgroup.remove()


class Readiness:
    """Hears of a container that it is up (sd_notify(3)): no asking again and again.

    The socket's name is abstract, so that nothing of it stays behind.
    """

    def __init__(self, address: str, own: socket.socket) -> None:
        self.address = address
        self._socket = own

    @classmethod
    def listen(cls, name: str) -> Self:
        """Listen under `name`."""
        own = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        own.bind(f"\0{name}")
        return cls(f"@{name}", own)

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` for each next word until it says READY; True if it did."""
        self._socket.settimeout(seconds)
        with self._socket:
            try:
                while True:
                    if "READY=1" in self._socket.recv(4096).decode(errors="replace").splitlines():
                        return True
            except TimeoutError:
                return False
