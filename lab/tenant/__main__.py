"""Start the lab's tenant: `python -m lab.tenant --listen 127.0.0.1:0 …` (lab/tenant/README.md)."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import socket
import sys
from pathlib import Path

from lab.tenant.credentials import Credentials, CredentialsError
from lab.tenant.server import serve
from lab.tenant.status import ABOUT
from lab.tenant.store import Store
from lab.tenant.tenant import Tenant


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    arguments = _arguments()
    logging.basicConfig(stream=sys.stdout, format="%(asctime)s %(message)s", level=logging.INFO)
    logging.getLogger("lab.tenant").info(ABOUT)
    try:
        listener = _listen(arguments.listen)
        credentials = Credentials.read(arguments.credentials)
    except (ValueError, OSError, CredentialsError) as error:
        print(f"lab.tenant: {error}", file=sys.stderr)
        return 2
    store = Store(arguments.database)
    try:
        serve(Tenant(credentials, store), listener, arguments.cert, arguments.key, arguments.ready)
    finally:
        store.close()
    return 0


def _listen(address: str) -> socket.socket:
    """A listening socket; this directory never answers other machines.

    Raises:
        ValueError: no loopback address with a port.
        OSError: the port is taken.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if not port.isdigit() or not _is_loopback(host):
        raise ValueError(f"--listen: found {address}; right is a loopback address with a port, such as 127.0.0.1:0")
    return socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lab.tenant", description=ABOUT)
    parser.add_argument("--listen", required=True, help="loopback address and port; port 0 takes any free one")
    for name, purpose in (
        ("cert", "the certificate of this service, PEM"),
        ("key", "its key, PEM"),
        ("credentials", "who may sign in: JSON (lab/tenant/README.md)"),
        ("ready", "the file that is written when the service answers"),
        ("database", "the SQLite file that holds the directory"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=purpose)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
