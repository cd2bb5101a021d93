"""Makes the sample inventory: deterministic, the same bytes every time (`python -m reference.servers.sample`)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Literal, TypeVar

from reference.data import FOLDER, load
from reference.inventory import PROVENANCE, SERVERS, Inventory, Provenance, csv_text
from reference.model import Model
from reference.municipality import Municipalities, Municipality
from reference.server import Criticality, ServerRow, State, Tier

OPERATING_SYSTEMS = {
    "w": (
        "windows-server-2022",
        "windows-server-2022",
        "windows-server-2019",
        "windows-server-2019",
        "windows-server-2016",
    ),
    "l": ("debian-12", "ubuntu-22.04", "ubuntu-24.04", "rhel-9", "rhel-8"),
}
VCPU = {Tier.WEB: (2, 2, 4), Tier.APP: (2, 4, 4, 8), Tier.DATA: (4, 4, 8, 8)}
RAM_GIB = {Tier.WEB: (4, 8, 8), Tier.APP: (8, 8, 16, 24), Tier.DATA: (16, 24, 32, 64)}
DISK_GIB = {Tier.WEB: (60, 80, 100), Tier.APP: (80, 100, 150, 250), Tier.DATA: (250, 400, 800, 1500)}
"""Sizes to choose from, smallest first; a hash of the name chooses."""

T = TypeVar("T")

WORD = {Tier.WEB: "web", Tier.APP: "app", Tier.DATA: "db"}


class System(Model):
    """One line of `systems.yaml`; a role says pair or single, and the most of it in one municipality."""

    system: str
    what: str
    wave: str
    criticality: Criticality
    krt: str
    os: Literal["w", "l"]
    roles: dict[Tier, tuple[Literal["pair", "single"], int]]


def shares(municipalities: Sequence[Municipality], total: int) -> dict[str, int]:
    """`total` servers shared by the blocks' figures, by largest remainder."""
    blocks = sum(m.figures.servers for m in municipalities)
    whole = {m.id: divmod(m.figures.servers * total, blocks) for m in municipalities}
    left = total - sum(count for count, _ in whole.values())
    lucky = sorted(whole, key=lambda name: -whole[name][1])[:left]
    return {name: count + (name in lucky) for name, (count, _) in whole.items()}


def rows(municipality: Municipality, count: int, systems: Sequence[System]) -> list[ServerRow]:
    """`count` servers of one municipality: every system once, then the further ones of the large roles.

    Raises:
        ValueError: the systems don't make up so many servers.
    """
    made: list[ServerRow] = []
    for system, tier, stem, partners in _units(systems):
        if len(made) + len(partners) > count:
            continue
        for partner in partners:
            name = f"{municipality.code}-{stem}{partner}"
            made.append(_row(name, f"{municipality.code}-{stem}", len(made) + 1, system, tier))
        if len(made) == count:
            return made
    raise ValueError(f"{municipality.id}: the systems make up only {len(made)} servers of {count}")


def _units(systems: Sequence[System]) -> Iterator[tuple[System, Tier, str, Sequence[str]]]:
    """Pairs and singles in the order in which they are taken."""
    most = max(limit for system in systems for _, limit in system.roles.values())
    for turn in range(1, most + 1):
        for system in systems:
            for tier, (form, limit) in system.roles.items():
                if turn <= limit:
                    yield system, tier, f"{system.system}-{WORD[tier]}{turn:02}", "ab" if form == "pair" else ("",)


def _row(name: str, stem: str, number: int, system: System, tier: Tier) -> ServerRow:
    chance = zlib.crc32(stem.encode())  # of the stem, so that partners are alike
    size = chance % 7
    return ServerRow(
        name=name,
        number=number,
        os=_pick(OPERATING_SYSTEMS[system.os], chance >> 8),
        vcpu=_pick(VCPU[tier], size),
        ram_gib=_pick(RAM_GIB[tier], size),
        disk_gib=_pick(DISK_GIB[tier], chance >> 4),
        tier=tier,
        criticality=system.criticality,
        krt=system.krt,
        wave=system.wave,
        state=State.PLANNED,
    )


def _pick(choices: Sequence[T], chance: int) -> T:
    return choices[chance % len(choices)]


def sample() -> Inventory:
    """The sample of all municipalities."""
    every = load("municipalities.yaml", Municipalities, FOLDER)
    systems = load("systems.yaml", list[System], SERVERS)
    counts = shares(every.municipalities, every.totals.servers)
    servers = {m.id: tuple(rows(m, counts[m.id], systems)) for m in every.municipalities}
    return Inventory(samples=tuple(servers), note="a sample, made by reference/servers/sample.py", servers=servers)


def write() -> None:
    """Write the sample's files, but for municipalities whose own servers were imported."""
    made = sample()
    for municipality in load(PROVENANCE, Provenance, SERVERS).sample:
        text = csv_text(made.servers[municipality])
        (SERVERS / f"{municipality}.csv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
