"""Imports an RVTools vInfo export: every line becomes a server or a problem that is reported, none is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from reference.data import FOLDER, load
from reference.errors import ArchitectureError, explain
from reference.importing.columns import BadCell, Columns, gib, operating_system, whole
from reference.importing.table import Row, read_table
from reference.inventory import PROVENANCE, SERVERS, Provenance, read_csv
from reference.model import Model
from reference.municipality import Municipalities
from reference.server import NAME, Criticality, ServerRow, State, Tier

UNCLASSIFIED: Mapping[str, object] = {
    "tier": Tier.APP,
    "criticality": Criticality.NORMAL,
    "krt": "2/2/2",
    "wave": "wave-4",
    "state": State.PLANNED,
}
"""What RVTools doesn't know of a new server, until people have classified it; each is reported."""

YES = frozenset({"true", "sant", "yes", "ja", "1"})
"""What Excel writes for true, in English and Swedish."""

NO_SERVERS: Mapping[str, str] = {"template": "a template", "placeholder": "a placeholder of Site Recovery Manager"}
"""Columns that say of a line that it is no server of its own."""

ON = frozenset({"poweredon", ""})
"""Power states that need no word; empty where the file has no such column."""


class Problem(Model):
    """A line that was not read, or that people must look at; `line` as the spreadsheet counts."""

    line: int
    column: str
    found: str
    right: str
    imported: bool = False


class ImportResult(Model):
    """What an import read: of `lines` lines of machines, each is a server or has a problem that says why not."""

    servers: tuple[ServerRow, ...]
    problems: tuple[Problem, ...]
    lines: int

    @property
    def refused(self) -> tuple[Problem, ...]:
        """The problems whose lines did not become servers."""
        return tuple(problem for problem in self.problems if not problem.imported)


def import_inventory(path: Path, municipality: str, folder: Path = SERVERS) -> ImportResult:
    """Read a vInfo export for a municipality.

    Numbers and classifications of servers that the inventory in `folder` has already are kept; new servers get
    the next free numbers. A server that the export lacks, or whose line can't be read, keeps its row and is
    reported: one that has moved is no longer in the old vCenter, and its number must not go to another.

    Raises:
        ArchitectureError: the municipality is unknown, or the file can't be read at all.
    """
    known = [m.id for m in load("municipalities.yaml", Municipalities, FOLDER).municipalities]
    if municipality not in known:
        raise ArchitectureError(
            f"municipality: found '{municipality}'; right is one of {', '.join(known)}; correct the name"
        )
    (line, header), *rows = read_table(path)
    columns = Columns.of(header)
    if columns.missing:
        raise ArchitectureError(
            f"{path}:{line}: the columns {', '.join(columns.missing)} are missing; "
            "right is RVTools' vInfo sheet; export it with its header"
        )
    return _Import(columns, _existing(folder / f"{municipality}.csv")).read(rows)


def _existing(path: Path) -> dict[str, ServerRow]:
    """The servers that the inventory has, by name in lower case; none while they are a sample."""
    if not path.exists() or path.stem in _provenance(path.parent).sample:
        return {}
    return {row.name.lower(): row for row in read_csv(path)}


def _provenance(folder: Path) -> Provenance:
    """What the folder's rows are; a folder that doesn't say has no sample."""
    if not (folder / PROVENANCE).exists():
        return Provenance(sample=(), note="imported")
    return load(PROVENANCE, Provenance, folder)


class _Import:
    """One run through an export's lines."""

    def __init__(self, columns: Columns, existing: Mapping[str, ServerRow]) -> None:
        self._columns = columns
        self._existing = existing
        self._next = max((row.number for row in existing.values()), default=0) + 1
        self._servers: dict[str, ServerRow] = dict(existing)
        self._lines: dict[str, int] = {}
        self._problems: list[Problem] = []

    def read(self, rows: Sequence[Row]) -> ImportResult:
        for line, cells in rows:
            self._read(line, cells)
        self._report_kept()
        return ImportResult(servers=tuple(self._servers.values()), problems=tuple(self._problems), lines=len(rows))

    def _read(self, line: int, cells: Sequence[str]) -> None:
        name = self._columns.cell(cells, "name")
        for column, what in NO_SERVERS.items():
            if self._columns.cell(cells, column).lower() in YES:
                self._problem(line, column, f"'{name}', {what}", "a server; left out")
                return
        try:
            values = self._values(line, cells, name)
        except _Refused:
            return
        key = name.lower()
        if key in self._lines:
            self._problem(line, "name", f"'{name}', which line {self._lines[key]} has as well", "a name of its own")
            return
        self._lines[key] = line
        self._add(line, name, values)
        state = self._columns.cell(cells, "powerstate")
        if state.lower() not in ON:
            self._problem(
                line,
                "powerstate",
                f"'{name}' is {state}",
                "poweredOn; imported, decide whether it moves",
                imported=True,
            )

    def _values(self, line: int, cells: Sequence[str], name: str) -> dict[str, object]:
        """The columns that an export has; every bad cell of the line is reported."""
        values: dict[str, object] = {"name": name}
        refused = not re.fullmatch(NAME, name)
        if refused:
            self._problem(
                line, "name", repr(name) if name else "nothing", "letters, digits, '.', '_' and '-', at most 63"
            )
        for ours, column, reads in (("vcpu", "vcpu", whole), ("ram_gib", "memory", gib), ("disk_gib", "disk", gib)):
            try:
                values[ours] = reads(self._columns.cell(cells, column))
            except BadCell as bad:
                self._problem(line, column, bad.found, bad.right)
                refused = True
        if refused:
            raise _Refused
        system = self._columns.cell(cells, "os_tools") or self._columns.cell(cells, "os_config")
        values["os"] = operating_system(system)
        return values

    def _add(self, line: int, name: str, values: Mapping[str, object]) -> None:
        before = self._existing.get(name.lower())
        rest = UNCLASSIFIED if before is None else {key: getattr(before, key) for key in UNCLASSIFIED}
        number = self._next if before is None else before.number
        try:
            row = ServerRow.model_validate({**values, **rest, "number": number})
        except ValidationError as error:
            first = error.errors()[0]
            right = str(explain(error, ServerRow, "")).splitlines()[0].split("right is ")[-1].split(";")[0]
            self._problem(line, _column_of(str(first["loc"][0])), repr(first["input"]), right)
            return
        self._servers[name.lower()] = row
        if before is None:
            self._next += 1
            self._problem(
                line, "name", f"'{name}' is new", "tier, criticality, krt and wave: to be classified", imported=True
            )

    def _report_kept(self) -> None:
        for key, row in self._existing.items():
            if key not in self._lines:
                found = f"'{row.name}' of the inventory is not among the servers read"
                self._problem(0, "name", found, "kept as it was; remove its row if it is gone", imported=True)

    def _problem(self, line: int, column: str, found: str, right: str, *, imported: bool = False) -> None:
        title = self._columns.title.get(column, column)
        self._problems.append(Problem(line=line, column=title, found=found, right=right, imported=imported))


class _Refused(Exception):
    """The line can't become a server; its problems are reported already."""


def _column_of(field: str) -> str:
    return {"ram_gib": "memory", "disk_gib": "disk"}.get(field, field)
