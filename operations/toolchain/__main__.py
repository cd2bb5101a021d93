"""What make runs: `python -m operations.toolchain environment` on the bare Python, the other steps in what it made."""

from __future__ import annotations

import sys
from collections.abc import Callable

from operations.errors import UserError
from operations.toolchain import bootstrap, build, go, location

STEPS: dict[str, Callable[[], object]] = {
    "environment": bootstrap.set_up,
    "gofmt": go.check_format,
    "tools": lambda: build.build(location.to_build(), say=lambda text: print(text, flush=True)),
}


def main(arguments: list[str]) -> int:
    """Run one step; returns the exit code: 0 done, 1 something is missing or failed (told in one sentence)."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        print(f"usage: python -m operations.toolchain {'|'.join(STEPS)}", file=sys.stderr)
        return 1
    try:
        STEPS[arguments[0]]()
    except UserError as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
