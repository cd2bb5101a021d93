"""Where a running lab keeps its things: one directory that is made by `lab up` and gone after `lab down`."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from lab.authority import Authority, write_private
from lab.hosts.hosts import Hosts
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
class TenantEndpoint:
    """How to reach the lab's tenant: `host` is host:port of sign-in and Graph, ids are UUIDs."""

    host: str
    tenant_id: str
    client_id: str
    client_secret: str
    authority: Path

    def __repr__(self) -> str:
        """Name the endpoint without its secret, so that no log can hold it."""
        return f"TenantEndpoint(host={self.host!r}, tenant_id={self.tenant_id!r})"


@dataclass(frozen=True)
class Lab:
    """The lab in `directory` (mode 0700): authority, credentials, services, and the state of the lab's stacks."""

    directory: Path

    @property
    def services(self) -> tuple[Service, ...]:
        """Everything that runs while the lab is up."""
        return (self.vcenter, self.tenant)

    @property
    def vcenter(self) -> Service:
        """The embedded vCenter (vcsim with our additions): a stand-in, loopback only."""
        return Service("vcenter", self.directory / "vcenter")

    @property
    def tenant(self) -> Service:
        """The embedded directory that speaks Microsoft Graph: a stand-in for an Entra ID tenant, loopback only."""
        return Service("tenant", self.directory / "tenant")

    @property
    def hosts(self) -> Hosts:
        """The booted hosts: stand-ins for the machines that a deploy makes, in network namespaces of their own."""
        return Hosts(self.directory / "hosts")

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

        A vCenter that died took its inventory along: then the lab begins anew, state and all. A tenant that died
        is started again with its data.

        Raises:
            lab.service.ServiceError: a service didn't come up.
        """
        if self.vcenter.ready() is None:
            self.down()
            self._prepare()
            home = self.vcenter.directory
            options: dict[str, object] = {
                "--listen": "127.0.0.1:0",
                "--cert": home / "cert.pem",
                "--key": home / "key.pem",
                "--credentials": home / "credentials.json",
                "--ready": self.vcenter.ready_file,
                "--state": home / "datastores",
                "--inventory": inventory,
            }
            self.vcenter.start([str(vcenter_binary), *_arguments(options)])
        self.start_tenant()
        endpoint = self.endpoint()
        if endpoint is None:
            raise RuntimeError("the vCenter answered and was gone a moment later")
        return endpoint

    def down(self) -> bool:
        """Stop every host and service and remove the lab's directory; True if there was anything.

        Raises:
            lab.service.ServiceError: something of the hosts can't be taken away.
        """
        existed = self.hosts.down() or self.directory.exists()
        for service in self.services:
            service.stop()
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

    def tenant_endpoint(self) -> TenantEndpoint | None:
        """The running tenant's endpoint, or None when it is down."""
        ready = self.tenant.ready()
        if ready is None:
            return None
        own = json.loads((self.tenant.directory / "credentials.json").read_text())
        host = str(ready["url"]).removeprefix("https://").rstrip("/")
        return TenantEndpoint(
            host, own["tenant_id"], own["client_id"], own["client_secret"], self.directory / "ca" / "ca.pem"
        )

    def start_tenant(self) -> None:
        """Start the tenant, or find it running; new credentials only where there are none.

        Raises:
            lab.service.ServiceError: it didn't come up.
        """
        home = self.tenant.directory
        if not (home / "credentials.json").exists():
            Authority.at(self.directory / "ca").issue("tenant.lab.ggvv.internal", home)
            credentials = {
                "tenant_id": str(uuid.uuid4()),
                "client_id": str(uuid.uuid4()),
                "client_secret": secrets.token_urlsafe(24),
            }
            write_private(home / "credentials.json", json.dumps(credentials).encode())
        options: dict[str, object] = {
            "--listen": "127.0.0.1:0",
            "--cert": home / "cert.pem",
            "--key": home / "key.pem",
            "--credentials": home / "credentials.json",
            "--ready": self.tenant.ready_file,
            "--database": home / "tenant.sqlite",
        }
        self.tenant.start([sys.executable, "-m", "lab.tenant", *_arguments(options)])

    def _prepare(self) -> None:
        self.state.mkdir(parents=True, mode=0o700)
        self.directory.chmod(0o700)
        Authority.at(self.directory / "ca").issue("vcenter.lab.ggvv.internal", self.vcenter.directory)
        credentials = {"username": "administrator@vsphere.local", "password": secrets.token_urlsafe(24)}
        write_private(self.vcenter.directory / "credentials.json", json.dumps(credentials).encode())
        write_private(self.passphrase_file, secrets.token_urlsafe(32).encode())
        write_private(self.directory / "esxi-password", secrets.token_urlsafe(24).encode())


def _arguments(options: dict[str, object]) -> list[str]:
    """Options and their values as a command line has them."""
    return [str(part) for pair in options.items() for part in pair]
