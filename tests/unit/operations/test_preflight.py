"""A vCenter that can't be used is told before the engine starts: not reachable, or not trusted."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.authority import Authority
from operations.connection import Connection
from operations.errors import UserError
from operations.preflight import check_vcenter


def connection(port: int, authority: Path | None) -> Connection:
    return Connection({}, f"127.0.0.1:{port}", "administrator@vsphere.local", "x", authority, stand_in=True)


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[int]:
    """A TLS server with a lab certificate that hangs up on whoever accepts it."""
    cert, key = Authority.at(tmp_path / "ca").issue("vcenter", tmp_path / "vcenter")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                context.wrap_socket(raw, server_side=True).close()
            except OSError:
                raw.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def test_vcenter_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UserError, match=rf"vCenter 127\.0\.0\.1:{port} .*is not reachable .*check the name"):
        check_vcenter(connection(port, None))


def test_wrong_certificate(tls_port: int) -> None:
    with pytest.raises(UserError, match=r"certificate is not trusted .*set SSL_CERT_FILE"):
        check_vcenter(connection(tls_port, None))
