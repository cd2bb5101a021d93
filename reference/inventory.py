"""The server inventory: one CSV file a municipality, beside `inventory.yaml` that says whether it is a sample."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from reference.data import FOLDER, load
from reference.errors import ArchitectureError, explain, refuse
from reference.model import Model
from reference.server import ServerRow

COLUMNS = tuple(ServerRow.model_fields)
SERVERS = FOLDER / "servers"
"""The inventory that is used when a stack names no other."""

PROVENANCE = "inventory.yaml"
"""The file beside the rows that says what they are."""

_ROWS = TypeAdapter(list[ServerRow])


class Provenance(Model):
    """The file `inventory.yaml`: which municipalities' rows are a sample, and what the rows are."""

    sample: tuple[str, ...]
    note: str


class Inventory(Model):
    """All rows by municipality; `samples` names those whose rows are made up."""

    samples: tuple[str, ...]
    note: str
    servers: Mapping[str, tuple[ServerRow, ...]]

    @property
    def sample(self) -> bool:
        """Whether any row is made up; must be shown wherever the servers are."""
        return bool(self.samples)

    @property
    def waves(self) -> tuple[str, ...]:
        """Every wave that a row names, sorted."""
        return tuple(sorted({row.wave for rows in self.servers.values() for row in rows}))

    @property
    def count(self) -> int:
        """How many servers there are in all."""
        return sum(len(rows) for rows in self.servers.values())

    @classmethod
    def load(cls, municipalities: Iterable[str], folder: Path = SERVERS) -> Inventory:
        """Read the folder's files for these municipalities.

        Raises:
            ArchitectureError: a file is missing, a row is wrong, or a name or number is there twice.
        """
        provenance = load(PROVENANCE, Provenance, folder)
        servers = {name: read_csv(folder / f"{name}.csv") for name in municipalities}
        samples = tuple(name for name in provenance.sample if name in servers)
        inventory = cls(samples=samples, note=provenance.note, servers=servers)
        refuse(duplicates(servers))
        return inventory


def read_csv(path: Path) -> tuple[ServerRow, ...]:
    """The rows of one municipality's file.

    Raises:
        ArchitectureError: names file, line and column of each thing that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ArchitectureError(f"{path.name}: can't be read ({error.strerror}); check the path {path}") from error
    except UnicodeDecodeError as error:
        raise ArchitectureError(f"{path.name}: is not UTF-8 ({error.reason}); save it as UTF-8") from error
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header, *rows = list(reader) or [[]]
    except csv.Error as error:
        raise ArchitectureError(f"{path.name}:{reader.line_num}: is not CSV ({error}); correct the line") from error
    if tuple(header) != COLUMNS:
        raise ArchitectureError(
            f"{path.name}:1: found the columns {','.join(header)}; right is {','.join(COLUMNS)}; correct the first line"
        )
    refuse(_counted(path.name, rows))
    try:
        return tuple(_ROWS.validate_python([dict(zip(COLUMNS, row, strict=True)) for row in rows]))
    except ValidationError as error:
        raise _located(error, path.name) from error


def _counted(name: str, rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows with too few or too many fields; a row is a line, for no field holds a line break."""
    return (
        f"{name}:{line}: found {len(row)} fields; right is {len(COLUMNS)} ({','.join(COLUMNS)}); correct the line"
        for line, row in enumerate(rows, start=2)
        if len(row) != len(COLUMNS)
    )


def _located(error: ValidationError, name: str) -> ArchitectureError:
    """The findings with line numbers in place of row indexes."""
    told = []
    for finding, sentence in zip(error.errors(), str(explain(error, list[ServerRow], name)).splitlines(), strict=True):
        row, column = int(finding["loc"][0]), finding["loc"][1]
        told.append(sentence.replace(f"{name}: `{row}.{column}`", f"{name}:{row + 2}: `{column}`", 1))
    return ArchitectureError("\n".join(told))


def duplicates(servers: Mapping[str, Sequence[ServerRow]]) -> Iterable[str]:
    """Names that are there twice (in all, whatever their case), and numbers (in one municipality)."""
    names: dict[str, str] = {}
    for municipality, rows in servers.items():
        numbers: dict[int, str] = {}
        for line, row in enumerate(rows, start=2):
            here = f"{municipality}.csv:{line}"
            if (before := names.setdefault(row.name.lower(), here)) != here:
                yield (
                    f"{here}: the server name '{row.name}' is at {before} as well; right is one row a server; "
                    "rename or remove one"
                )
            if (before := numbers.setdefault(row.number, here)) != here:
                yield (
                    f"{here}: number {row.number} of '{row.name}' is used at {before} as well; "
                    f"right is a number of its own; the next free one is {max(r.number for r in rows) + 1}"
                )


def csv_text(rows: Iterable[ServerRow]) -> str:
    """The rows as the text of an inventory file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, column) for column in COLUMNS] for row in rows)
    return out.getvalue()
