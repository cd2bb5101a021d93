"""Serves the tenant over TLS until it is told to stop, and says in a file that it answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from lab.tenant.status import ABOUT
from lab.tenant.tenant import Tenant
from lab.tenant.web import application

KEEP_ALIVE = 75
"""Seconds that an idle connection stays: longer than a client waits between two calls, so that none meets its end."""

GRACE = 1
"""Seconds that requests under way get when the service stops."""


class _Server(uvicorn.Server):
    """Writes the ready file when it answers, and takes it away before it no longer does."""

    def __init__(self, config: uvicorn.Config, ready: Path, document: dict[str, object]) -> None:
        super().__init__(config)
        self._ready = ready
        self._document = document

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal and go on after it: uvicorn would end the process, with the database still open."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            new = self._ready.with_suffix(".new")
            new.write_text(json.dumps(self._document))
            new.rename(self._ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ready.unlink(missing_ok=True)
        await super().shutdown(sockets)


def serve(tenant: Tenant, listener: socket.socket, certificate: Path, key: Path, ready: Path) -> None:
    """Answer at `listener` until SIGTERM or SIGINT."""
    host, port = listener.getsockname()[:2]
    document = {
        "url": f"https://{f'[{host}]' if ':' in host else host}:{port}",
        "pid": os.getpid(),
        "about": ABOUT,
        "tenant_id": tenant.credentials.tenant_id,
    }
    listener.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # else each answer waits 40 ms for an acknowledgement
    config = uvicorn.Config(
        application(tenant),
        ssl_certfile=certificate,
        ssl_keyfile=key,
        access_log=False,
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
    )
    _Server(config, ready, document).run(sockets=[listener])
