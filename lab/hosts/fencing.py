"""Fencing in the lab: takes the power from a cluster node when a node asks, as its management controller would on iron.

A process of the lab listens on a socket that is bound into cluster nodes and nowhere else (CMP-2).
"""

from __future__ import annotations

import argparse
import json
import socketserver
from collections.abc import Callable
from pathlib import Path

from lab.hosts.errors import HostsError
from lab.hosts.hosts import Hosts
from reference.host import HostRole

SOCKET = "socket"
"""The socket's name in the folder that nodes see as `/run/ggvv-fencing`."""


def answer(request: object, hosts: Hosts) -> dict[str, object]:
    """Do what a node asks: `off` a node, or say its `status`; `monitor` asks whether anybody answers at all.

    Only cluster nodes are ever named: a node can't take the power from anything else.
    """
    action, plug = (request.get("action"), request.get("plug")) if isinstance(request, dict) else (None, None)
    if action == "monitor":
        return {"running": True}
    nodes = {host.name: host.running for host in hosts.status() if host.role == HostRole.CLUSTER_NODE}
    if plug not in nodes:
        return {"error": f"found plug '{plug}'; right is one of {', '.join(nodes)}; correct the fencing device"}
    if action == "status":
        return {"running": nodes[plug]}
    if action != "off":
        return {"error": f"found action '{action}'; right is off, status or monitor; set stonith-action to off"}
    try:
        hosts.crash(plug)
    except HostsError as error:
        return {"error": str(error)}
    return {"running": False}


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens on `path`; each connection asks once."""

    daemon_threads = True

    def __init__(self, path: Path, hosts: Hosts, say: Callable[[str], object]) -> None:
        self.hosts, self.say = hosts, say
        path.unlink(missing_ok=True)
        super().__init__(str(path), Handler)


class Handler(socketserver.StreamRequestHandler):
    """One question, as a line of JSON, and its answer."""

    server: Server

    def handle(self) -> None:
        """Read, do, answer."""
        try:
            request = json.loads(self.rfile.readline(4096))
        except ValueError:
            request = None
        given = answer(request, self.server.hosts)
        self.server.say(f"{json.dumps(request)}: {json.dumps(given)}")
        self.wfile.write(json.dumps(given).encode() + b"\n")


def main() -> None:
    """Listen until the lab ends this process."""
    parser = argparse.ArgumentParser(prog="python -m lab.hosts.fencing", description=__doc__)
    parser.add_argument("--hosts", type=Path, required=True, help="the folder of the lab's hosts")
    parser.add_argument("--ready", type=Path, required=True, help="file that is written when it answers")
    options = parser.parse_args()
    folder = options.hosts / "fencing" / "shared"
    folder.mkdir(exist_ok=True, parents=True, mode=0o700)
    with Server(folder / SOCKET, Hosts(options.hosts), lambda text: print(text, flush=True)) as server:
        options.ready.write_text(json.dumps({"url": f"unix:{folder / SOCKET}"}), encoding="utf-8")
        server.serve_forever()


if __name__ == "__main__":
    main()
