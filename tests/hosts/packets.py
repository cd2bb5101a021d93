"""Runs on a host as root, by its own Python and with nothing else: one end of the matrix of packets.

`packets.py listen PORTS`: answers TCP and UDP on every port in PORTS (JSON: protocol to ports), by one listener that a
table of its own redirects them to; the host's own firewall lets in what was redirected. Both are taken away when
standard input ends. What really listens on those ports is not disturbed but for new connections meanwhile.
`packets.py send`: reads cells from standard input, sends all of them at the same time and prints what became of each:
`open` (it was answered), `silent`, `refused`, or why it could not be sent. A cell is source, destination, protocol,
port (0 for ICMP, which the system's own ping sends) and how many bytes.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from typing import cast

LISTENER = 61999
"""A port that no service of the policy has."""

SSH = 22
"""Stays as it is, since the tests come in by it: every host listens there."""

TABLE, COMMENT = "ggvv_packets", "ggvv packets"
WAIT, AGAIN = 2.6, 1.2
"""Seconds that an answer may take: more than TCP needs to send its first packet twice; UDP is sent twice here."""

ANYWHERE = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}  # noqa: S104 - what comes in was redirected here
AT_ONCE = 400


def nft(text: str) -> None:
    subprocess.run(["nft", "--file", "-"], input=text, text=True, check=True)


def openings() -> list[int]:
    """Handles of the rules that let in what was redirected."""
    done = subprocess.run(["nft", "-j", "list", "ruleset"], capture_output=True, text=True, check=True)
    rules = [part["rule"] for part in json.loads(done.stdout)["nftables"] if "rule" in part]
    return [rule["handle"] for rule in rules if rule.get("comment") == COMMENT]


def has_own_firewall() -> bool:
    return (
        subprocess.run(["nft", "list", "table", "inet", "ggvv_host"], capture_output=True, check=False).returncode == 0
    )


def redirect(ports: dict[str, list[int]]) -> None:
    rules = "\n".join(
        f"{protocol} dport {{ {', '.join(str(n) for n in numbers if n != SSH)} }} redirect to :{LISTENER}"
        for protocol, numbers in ports.items()
    )
    nft(f"table inet {TABLE} {{ chain in {{ type nat hook prerouting priority -101; {rules}\n }}\n}}\n")
    if has_own_firewall():
        nft(f'insert rule inet ggvv_host input ct status dnat accept comment "{COMMENT}"')


def restore() -> None:
    nft(f"table inet {TABLE}\ndelete table inet {TABLE}")
    for handle in openings():
        nft(f"delete rule inet ggvv_host input handle {handle}")


class Echo(asyncio.DatagramProtocol):
    """Sends back what it gets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data, addr)


async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def listen(ports: dict[str, list[int]]) -> None:
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(greet, [*ANYWHERE.values()], LISTENER, backlog=2048)
    for family, address in ANYWHERE.items():
        own = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        own.bind((address, LISTENER))
        await loop.create_datagram_endpoint(Echo, sock=own)
    restore()
    try:
        redirect(ports)
        print("ready", flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
    finally:
        restore()
        server.close()


async def tcp(source: str, destination: str, port: int, _size: int) -> None:
    _, writer = await asyncio.open_connection(destination, port, local_addr=(source, 0))
    writer.close()


async def udp(source: str, destination: str, port: int, size: int) -> None:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in destination else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as own:
        own.setblocking(False)
        own.bind((source, 0))
        await loop.sock_connect(own, (destination, port))
        for _ in range(2):
            await loop.sock_sendall(own, bytes(size))
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(loop.sock_recv(own, 64), AGAIN)
                return
    raise TimeoutError


async def ping(source: str, destination: str, _port: int, size: int) -> None:
    words = ["ping", "-n", "-q", "-c", "1", "-i", "0.5", "-w", "2", "-s", str(size), "-I", source, destination]
    process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = await process.communicate()
    if process.returncode == 1:
        raise TimeoutError
    if process.returncode:
        raise OSError(said.decode().strip())


PROTOCOLS = {"tcp": tcp, "udp": udp, "icmp": ping, "icmpv6": ping}


async def outcome(cell: tuple[str, str, str, int, int], room: asyncio.Semaphore) -> str:
    source, destination, protocol, port, size = cell
    async with room:
        try:
            await asyncio.wait_for(PROTOCOLS[protocol](source, destination, port, size), WAIT)
        except TimeoutError:
            return "silent"
        except ConnectionRefusedError:
            return "refused"
        except OSError as error:
            return f"not sent: {error}"
        return "open"


async def send() -> None:
    room = asyncio.Semaphore(AT_ONCE)
    print(json.dumps(await asyncio.gather(*(outcome(cell, room) for cell in json.load(sys.stdin)))))


asyncio.run(listen(json.loads(sys.argv[2])) if sys.argv[1] == "listen" else send())
