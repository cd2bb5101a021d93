"""Reads of a tenant what its checks ask for, side by side; writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from identity.checks.declared import Declared
from identity.checks.deployed import Deployed, Json, Read, Unread, load_reads
from operations.errors import UserError
from operations.graph import Graph

READERS = 8
"""Reads at a time; Graph takes more of one application, but not many more before it answers 429."""

T = TypeVar("T")
Parts = dict[str, "list[Json] | Unread"]


class TenantReader:
    """Reads a tenant; what can't be read is kept as that, with the reason."""

    def __init__(self, graph: Graph, platform: str) -> None:
        self._graph = graph
        self._platform = platform

    def everything(self, declared: Declared) -> Deployed:
        """All that the checks look at, and what each manual step is read back with."""
        paths = {step.read_back.path for _, step in declared.steps if step.read_back is not None}
        with ThreadPoolExecutor(READERS) as pool:
            answers = {path: pool.submit(_kept, self._graph.get, path) for path in sorted(paths)}
            parts = self._parts(pool, load_reads())
            return Deployed(parts, {path: answer.result() for path, answer in answers.items()})

    def some(self, wanted: Collection[str]) -> Deployed:
        """These parts of `identity/checks/reads.yaml` only."""
        with ThreadPoolExecutor(READERS) as pool:
            return Deployed(self._parts(pool, [read for read in load_reads() if read.part in wanted]))

    def _parts(self, pool: ThreadPoolExecutor, reads: Iterable[Read]) -> Parts:
        """First what stands for itself, then what is asked for each object of another part."""
        whole = [(read, read.part, read.path.format(platform=self._platform)) for read in reads if read.of is None]
        parts = self._read(pool, whole)
        then: list[tuple[Read, str, str]] = []
        for read in reads:
            objects = parts[read.of] if read.of is not None else Unread("asked for already")
            if not isinstance(objects, Unread):
                then += [(read, key, path) for key, path in read.chosen(objects, self._platform)]
        return {**parts, **self._read(pool, then)}

    def _read(self, pool: ThreadPoolExecutor, places: Iterable[tuple[Read, str, str]]) -> Parts:
        asked = {key: pool.submit(_kept, self._objects, read, path) for read, key, path in places}
        return {key: answer.result() for key, answer in asked.items()}

    def _objects(self, read: Read, path: str) -> list[Json]:
        if not read.single:
            return list(self._graph.list(path))
        found = self._graph.get(path)
        if found is None:
            raise UserError(f"the tenant has no {path}")
        return [found]


def _kept(ask: Callable[..., T], *arguments: object) -> T | Unread:
    try:
        return ask(*arguments)
    except UserError as error:
        return Unread(str(error))
