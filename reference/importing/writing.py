"""Writes an imported municipality to the inventory: a file is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from reference.data import load
from reference.errors import ArchitectureError
from reference.inventory import PROVENANCE, SERVERS, Provenance, csv_text
from reference.server import ServerRow


def write_inventory(servers: Iterable[ServerRow], municipality: str, folder: Path = SERVERS) -> Path:
    """Write a municipality's file and take its sample mark away; returns the file's path.

    The mark goes last: should the run end between the two, real rows are marked as a sample, never the reverse.

    Raises:
        ArchitectureError: the folder can't be written to.
    """
    path = folder / f"{municipality}.csv"
    _replace(path, csv_text(sorted(servers, key=lambda row: row.number)))
    mark = folder / PROVENANCE
    before = load(PROVENANCE, Provenance, folder) if mark.exists() else Provenance(sample=(), note="imported")
    if municipality in before.sample or not mark.exists():
        after = {"sample": [name for name in before.sample if name != municipality], "note": before.note}
        _replace(mark, yaml.safe_dump(after, allow_unicode=True, sort_keys=False, width=120))
    return path


def _replace(path: Path, text: str) -> None:
    """Put `text` in the file's place in one step."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ArchitectureError(f"{path}: can't be written ({error.strerror}); check the folder's rights") from error
