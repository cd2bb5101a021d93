"""`python -m operations.toolchain`: build the tools that are missing here; what `make tools` runs."""

from __future__ import annotations

import sys

from operations.errors import UserError
from operations.toolchain.build import build
from operations.toolchain.locate import to_build


def main() -> int:
    """Build; returns the exit code: 0 done, 1 something failed (told in one sentence)."""
    try:
        build(to_build(), say=lambda text: print(text, flush=True))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
