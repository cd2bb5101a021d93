"""SSH keys of a lab: one for the administrator, one for each host; all random, none ever leaves the lab."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lab.authority import write_private
from reference.handover import Handover, HandoverHost


@dataclass(frozen=True)
class KeyPair:
    """An ed25519 key (RFC 8709) in OpenSSH's form."""

    private: bytes
    public: str

    def __repr__(self) -> str:
        """Name the public half only."""
        return f"KeyPair(public={self.public!r})"

    @classmethod
    def random(cls) -> Self:
        """A new one."""
        key = Ed25519PrivateKey.generate()
        return cls(
            key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
            key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
        )

    @classmethod
    def at(cls, path: Path) -> Self:
        """The key in `path` and `path`.pub.

        Reading never makes one: hosts boot side by side, and each would make its own.
        """
        return cls(path.read_bytes(), path.with_suffix(".pub").read_text(encoding="utf-8").strip())

    def write(self, path: Path) -> Self:
        """Keep it in `path` (mode 0600) and `path`.pub."""
        write_private(path, self.private)
        path.with_suffix(".pub").write_text(self.public + "\n", encoding="utf-8")
        return self


def known_hosts(hosts: Iterable[tuple[HandoverHost, str]]) -> str:
    """The file `known_hosts`: each host's name and addresses with its public key."""
    lines = []
    for host, public in hosts:
        addresses = [str(address) for i in host.interfaces for address in (i.ipv4.ip, i.ipv6.ip)]
        lines.append(f"{','.join([host.name, *addresses])} {public}\n")
    return "".join(lines)


def ssh_config(handover: Handover, folder: Path, user: str, proxies: dict[str, list[str]]) -> str:
    """The file `config`: strict, by key only, and by the console of each host's site (`proxies`, by host)."""
    lines = [
        "Host *",
        f"  User {user}",
        f'  IdentityFile "{folder / "id_ed25519"}"',
        "  IdentitiesOnly yes",
        f'  UserKnownHostsFile "{folder / "known_hosts"}"',
        "  GlobalKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "  UpdateHostKeys no",
        "  PreferredAuthentications publickey",
        "  ServerAliveInterval 5",  # a host that lost its power says no goodbye: notice within 15 seconds
    ]
    for host in handover.hosts:
        lines += [f"Host {host.name} {host.ipv4}", f"  HostName {host.ipv4}"]
        lines.append(f"  ProxyCommand {' '.join(proxies[host.name])}")
    return "\n".join(lines) + "\n"
