"""Where a running lab keeps its things: one directory that is made by `lab up` and gone after `lab down`."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from lab.authority import Authority, write_private
from lab.service import Service


@dataclass(frozen=True)
class Endpoint:
    """How to reach the lab's vCenter: `server` is host:port, `authority` the CA file that its certificate is from."""

    server: str
    user: str
    password: str
    authority: Path

    def __repr__(self) -> str:
        """Name the endpoint without its password, so that no log can hold it."""
        return f"Endpoint(server={self.server!r}, user={self.user!r})"


@dataclass(frozen=True)
class Lab:
    """The lab in `directory` (mode 0700): authority, credentials, services, and the state of the lab's stacks."""

    directory: Path

    @property
    def vcenter(self) -> Service:
        """The embedded vCenter (vcsim with our additions): a stand-in, loopback only."""
        return Service("vcenter", self.directory / "vcenter")

    @property
    def state(self) -> Path:
        """Pulumi state of the lab's stacks: meaningless without the lab's vCenter, so it lives and goes with it."""
        return self.directory / "state"

    @property
    def passphrase_file(self) -> Path:
        """The random passphrase that encrypts the lab stacks' state."""
        return self.directory / "passphrase"

    def up(self, vcenter_binary: Path, inventory: Path) -> Endpoint:
        """Start what doesn't run yet; `inventory` declares the datacenter that exists beforehand.

        A vCenter that died took its inventory along: then the lab begins anew, state and all.

        Raises:
            lab.service.ServiceError: the service didn't come up.
        """
        if self.vcenter.ready() is None:
            self.down()
            self._prepare()
            home = self.vcenter.directory
            options = {
                "--listen": "127.0.0.1:0",
                "--cert": home / "cert.pem",
                "--key": home / "key.pem",
                "--credentials": home / "credentials.json",
                "--ready": self.vcenter.ready_file,
                "--state": home / "datastores",
                "--inventory": inventory,
            }
            self.vcenter.start([str(vcenter_binary), *(str(part) for pair in options.items() for part in pair)])
        endpoint = self.endpoint()
        if endpoint is None:
            raise RuntimeError("the vCenter answered and was gone a moment later")
        return endpoint

    def down(self) -> bool:
        """Stop every service and remove the lab's directory; True if there was anything."""
        existed = self.directory.exists()
        self.vcenter.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        return existed

    def host_password(self) -> str:
        """The random password that the lab's ESXi hosts are added with."""
        return (self.directory / "esxi-password").read_text()

    def endpoint(self) -> Endpoint | None:
        """The running vCenter's endpoint, or None when the lab is down."""
        ready = self.vcenter.ready()
        if ready is None:
            return None
        credentials = json.loads((self.vcenter.directory / "credentials.json").read_text())
        server = str(ready["url"]).removeprefix("https://").removesuffix("/sdk")
        return Endpoint(server, credentials["username"], credentials["password"], self.directory / "ca" / "ca.pem")

    def _prepare(self) -> None:
        self.state.mkdir(parents=True, mode=0o700)
        self.directory.chmod(0o700)
        Authority.at(self.directory / "ca").issue("vcenter.lab.ggvv.internal", self.vcenter.directory)
        credentials = {"username": "administrator@vsphere.local", "password": secrets.token_urlsafe(24)}
        write_private(self.vcenter.directory / "credentials.json", json.dumps(credentials).encode())
        write_private(self.passphrase_file, secrets.token_urlsafe(32).encode())
        write_private(self.directory / "esxi-password", secrets.token_urlsafe(24).encode())
