"""Time to check, compile and prove the whole flow policy (run: `python benchmarks/network/flows.py`).

Under three seconds is the goal for the policy as it is; with ten times as many segments and flows, the time may grow no
faster than rules × zones. The segments and flows beyond the project's own are made up: each flow leads from eight
segments to one, so that rules have sets as the project's have.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from network.policy.checks import check
from network.policy.compiling import compiled
from network.policy.flow import Endpoint, Flow, FlowPolicy
from network.policy.proof import prove
from network.policy.ruleset import parse
from network.policy.zone import zones
from operations.stack_settings import StackSettings
from reference.architecture import Architecture
from reference.choices import Choices

TODAY = date(2026, 11, 24)
GOAL = 3.0
"""Seconds for the whole policy."""

TIMES = 10
SOURCES = 8
MOST_GROWTH = 1.2
"""Time for a rule and zone in the large policy over that in the small, at most."""


@dataclass(frozen=True)
class Measured:
    """Seconds to check, compile and prove; and how many zones and rules there were."""

    check: float
    compile: float
    prove: float
    zones: int
    rules: int

    @property
    def seconds(self) -> float:
        """All three."""
        return self.check + self.compile + self.prove

    @property
    def each(self) -> float:
        """Microseconds for a rule and zone."""
        return self.seconds / (self.zones * self.rules) * 1e6


def main() -> int:
    """Print the table; the exit code is 1 where a goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="runs of each size, of which the fastest counts")
    runs = arguments.parse_args().runs
    print(f"{'zones':>6} {'rules':>6} {'check s':>8} {'compile s':>10} {'prove s':>8} {'all s':>7} {'µs each':>8}")
    measured = []
    for times in (1, TIMES):
        architecture, policy = _made(times)
        m = min((_timed(architecture, policy) for _ in range(runs)), key=lambda each: each.seconds)
        measured.append(m)
        parts = f"{m.check:>8.2f} {m.compile:>10.2f} {m.prove:>8.2f} {m.seconds:>7.2f}"
        print(f"{m.zones:>6} {m.rules:>6} {parts} {m.each:>8.1f}")
    small, large = measured
    growth = large.each / small.each
    print(
        f"{TIMES} times the segments and flows: {growth:.2f} times the time of a rule and zone (at most {MOST_GROWTH})"
    )
    return 0 if small.seconds <= GOAL and growth <= MOST_GROWTH else 1


def _made(times: int) -> tuple[Architecture, FlowPolicy]:
    """The stack `lab` and its policy, with so many times the segments and flows."""
    settings, policy = StackSettings.read("lab"), FlowPolicy.load()
    own = len(settings.architecture().segments)
    names = [f"made-up-{number:03}" for number in range(own * (times - 1))]
    segments = {
        name: {"ipv4": f"10.{120 + n // 256}.{n % 256}.0/24", "ipv6": f"fd00:{n + 1:x}::/64", "vlan": 3200 + n}
        for n, name in enumerate(names)
    }
    values = {key: value for key, value in settings.values.items() if key != "identity"}
    architecture = Architecture.build(Choices.from_config({**values, "segments": segments}, "flows"))
    flows = [_flow(number, names) for number in range(len(policy.flows) * (times - 1))]
    return architecture, policy.model_copy(update={"flows": (*policy.flows, *flows)})


def _flow(number: int, names: list[str]) -> Flow:
    sources = [names[(number + 1 + step) % len(names)] for step in range(SOURCES)]
    return Flow.model_validate(
        {
            "id": f"FLOW-MADE-UP-{number:03}",
            "from": [Endpoint(zone=source) for source in sources],
            "to": [Endpoint(zone=names[number % len(names)])],
            "services": ["https"],
            "owners": ["network"],
            "reason": "made up for measuring",
            "requirement": "FW-1",
        }
    )


def _timed(architecture: Architecture, policy: FlowPolicy) -> Measured:
    started = time.perf_counter()
    check(policy, architecture, TODAY)
    checked = time.perf_counter()
    rules = compiled(architecture, TODAY, policy)
    made = time.perf_counter()
    findings = prove(architecture, policy, rules)
    proved = time.perf_counter()
    if findings:
        raise SystemExit("\n".join(findings))
    count = sum(len(chain.rules) for text in rules.values() for chain in parse(text).chains.values())
    return Measured(checked - started, made - checked, proved - made, len(zones(architecture)), count)


if __name__ == "__main__":
    sys.exit(main())
