"""The lab's TLS: random keys, nobody else's eyes, and clients that check."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from lab.authority import Authority


def serve_once(cert: Path, key: Path) -> int:
    """Accept one TLS connection on loopback; returns the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        connection, _ = listener.accept()
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()
        listener.close()

    threading.Thread(target=accept, daemon=True).start()
    return int(listener.getsockname()[1])


def connect(port: int, authority: Path) -> None:
    context = ssl.create_default_context(cafile=str(authority))
    with socket.create_connection(("127.0.0.1", port)) as raw, context.wrap_socket(raw, server_hostname="127.0.0.1"):
        pass


def test_a_client_that_trusts_the_lab_authority_connects(tmp_path: Path) -> None:
    authority = Authority.at(tmp_path / "ca")
    port = serve_once(*authority.issue("vcenter", tmp_path / "vcenter"))
    connect(port, authority.certificate)


def test_a_client_that_trusts_another_authority_refuses(tmp_path: Path) -> None:
    port = serve_once(*Authority.at(tmp_path / "ca").issue("vcenter", tmp_path / "vcenter"))
    stranger = Authority.at(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(port, stranger.certificate)


def test_private_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    authority = Authority.at(tmp_path / "ca")
    _, key = authority.issue("vcenter", tmp_path / "vcenter")
    for path in (authority.key, key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_authority_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = Authority.at(tmp_path).certificate.read_bytes()
    assert Authority.at(tmp_path).certificate.read_bytes() == first
    assert Authority.at(tmp_path / "second").certificate.read_bytes() != first
