"""RVTools' vInfo columns: the names that its versions give them, and how their cells are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("VM", "vInfoVMName", "VM Name", "Name"),
    "powerstate": ("Powerstate", "vInfoPowerstate"),
    "template": ("Template", "vInfoTemplate"),
    "placeholder": ("SRM Placeholder", "vInfoSRMPlaceHolder"),
    "vcpu": ("CPUs", "# CPUs", "vInfoCPUs"),
    "memory": ("Memory", "vInfoMemory"),
    "disk": (
        "Provisioned MiB",
        "Provisioned MB",
        "vInfoProvisioned",
        "Total disk capacity MiB",
        "vInfoTotalDiskCapacityMiB",
    ),
    "os_tools": ("OS according to the VMware Tools", "vInfoOSTools"),
    "os_config": ("OS according to the configuration file", "vInfoOS", "OS"),
}
"""Our name of each column: RVTools' names of it, the one that counts first."""

REQUIRED = ("name", "vcpu", "memory", "disk")

_SPACES = str.maketrans("", "", " \u00a0\u202f'")
_GROUPED = re.compile(r"^[0-9]{1,3}([.,][0-9]{3})+$")


class BadCell(ValueError):
    """A cell that can't be read: what was found and what is right."""

    def __init__(self, found: str, right: str) -> None:
        super().__init__(f"found {found}; right is {right}")
        self.found, self.right = found, right


@dataclass(frozen=True)
class Columns:
    """Where each of our columns is in this file, and what the file calls it."""

    place: Mapping[str, int]
    title: Mapping[str, str]

    @classmethod
    def of(cls, header: Sequence[str]) -> Columns:
        """Find the columns by their names, whatever their case."""
        titles = {title.lower(): index for index, title in reversed(list(enumerate(header)))}
        place = {
            ours: next(titles[name.lower()] for name in names if name.lower() in titles)
            for ours, names in HEADERS.items()
            if any(name.lower() in titles for name in names)
        }
        return cls(place, {ours: header[index] for ours, index in place.items()})

    @property
    def missing(self) -> list[str]:
        """The required columns that the file lacks, by RVTools' newest names."""
        return [HEADERS[ours][0] for ours in REQUIRED if ours not in self.place]

    def cell(self, cells: Sequence[str], ours: str) -> str:
        """The text of one of our columns in a line; empty if the file or the line lacks it."""
        index = self.place.get(ours)
        return cells[index] if index is not None and index < len(cells) else ""


def number(text: str) -> float:
    """A number as Swedish or English Excel writes it: `1 234,5`, `1.234`, `1,234`, `1234.5`.

    Three digits after a lone point or comma are thousands: RVTools gives MiB without decimals.

    Raises:
        BadCell: it is no number.
    """
    plain = text.translate(_SPACES)
    if _GROUPED.match(plain):
        plain = plain.replace(".", "").replace(",", "")
    elif "," in plain and "." in plain:
        thousands = "." if plain.rfind(",") > plain.rfind(".") else ","
        plain = plain.replace(thousands, "").replace(",", ".")
    else:
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", plain):
        raise BadCell(repr(text) if text else "nothing", "a number")
    return float(plain)


def whole(text: str) -> int:
    """A whole number of at least one.

    Raises:
        BadCell: it is none.
    """
    value = number(text)
    if value < 1 or value != int(value):
        raise BadCell(repr(text), "a whole number of at least 1")
    return int(value)


def gib(text: str) -> int:
    """MiB (RVTools before 4: called MB, the same) as GiB, rounded up, at least one.

    Raises:
        BadCell: it is no number, or none above zero.
    """
    mib = number(text)
    if mib <= 0:
        raise BadCell(repr(text), "a number of MiB above 0")
    return max(1, -int(-mib // 1024))


def operating_system(text: str) -> str:
    """Our name of a guest operating system, from VMware's: `windows-server-2019`, `debian-12`, or its own words."""
    lowered = text.lower()
    if match := re.search(r"windows server (\d{4})( r2)?", lowered):
        return f"windows-server-{match[1]}{'-r2' if match[2] else ''}"
    for vendor, ours in (
        ("red hat enterprise linux", "rhel"),
        ("debian gnu/linux", "debian"),
        ("ubuntu linux", "ubuntu"),
    ):
        if vendor in lowered:
            version = re.search(r"\d+(\.\d+)?", lowered.split(vendor, 1)[1].split("(")[0])
            return f"{ours}-{version[0]}" if version else ours
    words = re.sub(r"\(.*?\)", " ", lowered)
    return re.sub(r"[^a-z0-9.]+", "-", words).strip("-") or "unknown"
