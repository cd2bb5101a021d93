"""Writes what the policy of the stack `lab` compiles to beside it (`python -m network.policy`), to be read in a diff.

The long formats are kept as digests only; `ggvv plan --flows --write FOLDER` writes them for any stack.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from hashlib import sha256

from network.policy.flow import FOLDER, FlowPolicy
from network.policy.pages import lab
from network.policy.targets import Compilation, compile_all

COMPILED = FOLDER / "compiled"
IN_FULL = ("nftables/", "fortigate/")
DIGESTS = "SHA256SUMS"


def kept(compilation: Compilation) -> dict[str, str]:
    """What is kept in the repository: some files in full, a digest of every one."""
    digests = "".join(
        f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(compilation.files.items())
    )
    in_full = {name: text for name, text in compilation.files.items() if name.startswith(IN_FULL)}
    return {**in_full, DIGESTS: digests}


def main() -> int:
    """Write them; the exit code is 1 where a target failed, which is named."""
    compilation = compile_all(lab(), datetime.now(UTC).date(), FlowPolicy.load())
    Compilation(kept(compilation), {}).write(COMPILED)
    for target, reason in compilation.failed.items():
        print(f"{target}: can't be compiled ({reason}); the others are written", file=sys.stderr)
    return 1 if compilation.failed else 0


if __name__ == "__main__":
    sys.exit(main())
