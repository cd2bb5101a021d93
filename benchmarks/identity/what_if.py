"""Sign-ins that the evaluator of Conditional Access answers per second (run: `python benchmarks/identity/what_if.py`).

The sign-ins are the matrix's, the policies the declared ones, all enforced; one core, one thread. Ten thousand a second
is the goal: every user of the four municipalities on three devices, evaluated anew within seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from identity.conditional_access import KnownNames, fully_enforced, load_policies
from identity.conditional_access.evaluator import WhatIf
from identity.conditional_access.sign_in import SignIn
from identity.sign_ins import load_sign_ins
from operations.stack_settings import StackSettings

GOAL = 10_000
"""Evaluations a second, at least."""


def main() -> int:
    """Print the pace; the exit code is 1 where it is below the goal."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="runs, of which the fastest counts")
    runs = arguments.parse_args().runs
    known = KnownNames.of_architecture(StackSettings.read("lab").architecture())
    policies = fully_enforced(load_policies(known=known))
    what_if = WhatIf(policies, locations=known.locations, strengths=known.strengths)
    rows = [row.sign_in for row in load_sign_ins(known)]
    sign_ins = [rows[index % len(rows)] for index in range(2 * GOAL)]
    pace = len(sign_ins) / min(_timed(what_if, sign_ins) for _ in range(runs))
    print(f"{len(policies)} policies: {pace:,.0f} sign-ins a second (goal {GOAL:,})")
    return 0 if pace >= GOAL else 1


def _timed(what_if: WhatIf, sign_ins: list[SignIn]) -> float:
    started = time.perf_counter()
    for sign_in in sign_ins:
        what_if.evaluate(sign_in)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
