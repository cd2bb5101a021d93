"""The plugin's process, as the engine starts it: it prints its port and serves (Pulumi: plugin protocol)."""

from __future__ import annotations

import asyncio
import sys

from lab.plugins.azuread import VERSION


def main() -> None:
    """Serve one run of the engine, or with `-version` say the version."""
    if "-version" in sys.argv[1:]:
        sys.stdout.write(f"{VERSION}\n")
        return
    from lab.plugins.azuread.server import serve  # noqa: PLC0415 - `-version` needs none of it

    asyncio.run(serve(_tell))


def _tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
