"""Opens an export as a table of text: XLSX, or CSV in the encodings and with the separators of Excel."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from reference.errors import ArchitectureError

if TYPE_CHECKING:
    from _typeshed import SupportsRead

SHEETS = ("vinfo", "tabvinfo")
"""RVTools' sheet of machines: `vInfo` in XLSX exports of version 4, `tabvInfo` in those before and in CSV names."""

ENCODINGS = ("utf-8-sig", "cp1252")
"""Tried in this order; UTF-16 is known by its first two bytes."""

Row = tuple[int, list[str]]
"""A line number as a spreadsheet counts it, from 1, and the line's cells as text."""


def read_table(path: Path) -> list[Row]:
    """Every line that has any text, the header first.

    Raises:
        ArchitectureError: no such file, no such sheet, or neither XLSX nor CSV.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArchitectureError(f"{path}: can't be read ({error.strerror}); check the path") from error
    rows = _xlsx(path, data) if data.startswith(b"PK") else _csv(path, data)
    kept = [(line, cells) for line, cells in rows if any(cells)]
    if not kept:
        raise ArchitectureError(f"{path}: is empty; right is an RVTools vInfo export as XLSX or CSV; export it again")
    return kept


def _xlsx(path: Path, data: bytes) -> Iterator[Row]:
    stream: SupportsRead[bytes] = io.BytesIO(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks about styles are no concern of ours
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ArchitectureError(f"{path}: is no XLSX workbook ({error}); export it again") from error
    sheet = next((book[name] for name in book.sheetnames if name.lower() in SHEETS), None)
    if sheet is None:
        found = ", ".join(book.sheetnames)
        raise ArchitectureError(
            f"{path}: found the sheets {found}; right is vInfo (or tabvInfo); export all of RVTools"
        )
    sheet.reset_dimensions()  # some writers state a wrong size, and rows would be lost
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield line, ["" if cell is None else str(cell).strip() for cell in cells]


def _csv(path: Path, data: bytes) -> Iterator[Row]:
    text = _decoded(path, data)
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        started = 1
        for cells in reader:
            yield started, [cell.strip() for cell in cells]
            started = reader.line_num + 1
    except csv.Error as error:
        raise ArchitectureError(f"{path}:{reader.line_num}: is not CSV ({error}); correct the line") from error


def _decoded(path: Path, data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ArchitectureError(f"{path}: is text in no known encoding; save it as UTF-8, UTF-16 or Windows-1252")
