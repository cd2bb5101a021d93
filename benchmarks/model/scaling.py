"""Time to load, build and check the model as the number of servers grows (run: `python benchmarks/model/scaling.py`).

Linear growth is the goal: a server's time must not rise with their number. The servers are the sample's, repeated,
in fifteen municipalities (as many as the address plan has numbers for), read from CSV files as a stack's are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from reference.architecture import Architecture
from reference.choices import Choices
from reference.definitions import Definitions
from reference.inventory import Inventory, csv_text
from reference.municipality import Figures, Municipalities, Municipality
from reference.server import ServerRow

SIZES = (620, 6_200, 62_000)
PLACES = 15
LARGE_HOSTS = {"hosts": 150, "host_ram_gib": 24_576, "host_cores": 2_048}
"""Hosts that carry any of the sizes: what is timed is the arithmetic, not its outcome."""

MOST_GROWTH = 1.5
"""A server's time in the largest model over that in the smallest, at most."""


def main() -> int:
    """Print the table; the exit code is 1 where growth is more than linear."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="runs of each size, of which the fastest counts")
    runs = arguments.parse_args().runs
    rows = [row for each in Inventory.load(["gislaved", "varnamo"]).servers.values() for row in each]
    print(f"{'servers':>8} {'seconds':>9} {'µs a server':>12}")
    each = []
    for size in SIZES:
        seconds = min(_timed(size, rows) for _ in range(runs))
        each.append(seconds / size * 1e6)
        print(f"{size:>8} {seconds:>9.3f} {each[-1]:>12.1f}")
    linear = each[-1] <= each[0] * MOST_GROWTH
    print(
        f"{SIZES[-1] // SIZES[0]} times as many servers: {each[-1] / each[0]:.2f} times the time of a server "
        f"({'linear' if linear else 'more than linear'})"
    )
    return 0 if linear else 1


def _timed(size: int, rows: list[ServerRow]) -> float:
    definitions = _definitions(size)
    places = [m.id for m in definitions.municipalities.municipalities]
    choices = Choices.from_config(
        {"environment": "scaling", "sites": {"dc1": LARGE_HOSTS, "dc2": LARGE_HOSTS, "dc3": {"hosts": 2}}}, "scaling"
    )
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), places, size, rows)
        started = time.perf_counter()
        built = Architecture.build(choices, definitions, Inventory.load(places, Path(folder)))
        seconds = time.perf_counter() - started
    if len(built.servers) != size:
        raise RuntimeError(f"built {len(built.servers)} servers, not {size}")
    return seconds


def _definitions(size: int) -> Definitions:
    """The real definitions with fifteen municipalities that have `size` servers together."""
    real = Definitions.load()
    figures = Figures(servers=-(-size // PLACES), pcs=1_000, network_devices=500, it_staff=10, employees=1_000)
    letters = "abcdefghijklmno"
    places = tuple(
        Municipality(id=f"place{letters[n]}", code=f"pl{letters[n]}", number=n + 1, name=letters[n], figures=figures)
        for n in range(PLACES)
    )
    every = Municipalities(mapping="assumed", municipalities=places, totals=real.municipalities.totals)
    return real.model_copy(update={"municipalities": every})


def _write(folder: Path, places: list[str], size: int, rows: list[ServerRow]) -> None:
    """One CSV file a place, with its share of `size` servers."""
    (folder / "inventory.yaml").write_text("sample: []\nnote: a benchmark\n", encoding="utf-8")
    for index, place in enumerate(places):
        share = size // PLACES + (index < size % PLACES)
        named = (rows[n % len(rows)].model_copy(update={"name": f"{place}-{n}", "number": n + 1}) for n in range(share))
        (folder / f"{place}.csv").write_text(csv_text(named), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
