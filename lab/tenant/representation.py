"""How objects look from outside: one, or a page of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lab.tenant.call import Answer, Call
from lab.tenant.errors import GraphError, unsupported
from lab.tenant.query import Query, next_link, order
from lab.tenant.rules import PLAIN, Rules
from lab.tenant.store import Record

Navigation = Callable[[Call, Record], list[Record]]


class Representation:
    """Shows objects, by the rules of their kinds; `navigations` maps (kind, name) to what a $expand brings along."""

    def __init__(self) -> None:
        self.rules: dict[str, Rules] = {}
        self.navigations: dict[tuple[str, str], Navigation] = {}
        self.single: set[tuple[str, str]] = set()

    def of(self, kind: str) -> Rules:
        """The rules of a kind."""
        return self.rules.get(kind, PLAIN)

    def one(self, call: Call, record: Record, query: Query) -> dict[str, Any]:
        """An object with the properties that the query asks for."""
        return self._reduce(call, record, self._whole(call, record), query)

    def page(self, call: Call, records: Iterable[Record]) -> Answer:
        """The part of a collection that the request's query asks for."""
        query = call.query
        found = self._filtered(call, list(records), query)
        answer: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{call.url.removeprefix(call.root + '/')}"}
        if query.count:
            answer["@odata.count"] = len(found)
        end = query.skip + query.top
        if len(found) > end:
            answer["@odata.nextLink"] = next_link(call.url, call.options, end)
        shown = found[query.skip : end]
        return Answer(body={**answer, "value": [self._reduce(call, record, body, query) for record, body in shown]})

    def number(self, call: Call, records: Iterable[Record]) -> int:
        """How many objects of a collection the request's query asks for."""
        return len(self._filtered(call, list(records), call.query))

    def _whole(self, call: Call, record: Record) -> dict[str, Any]:
        kind = call.directory.kind(record.kind)
        body = {"@odata.type": kind.odata_type, "id": record.id, **record.body}
        self.of(record.kind).show(call, record, body)
        return body

    def _filtered(self, call: Call, records: list[Record], query: Query) -> list[tuple[Record, dict[str, Any]]]:
        bodies = [(record, self._whole(call, record)) for record in records]
        if query.filter is not None:
            self._check_filter(call, records, query)
            matches = query.filter.matches
            bodies = [(record, body) for record, body in bodies if matches(body)]
        if query.order:
            by_id = {id(body): record for record, body in bodies}
            bodies = [(by_id[id(body)], body) for body in order([body for _, body in bodies], query.order)]
        return bodies

    def _check_filter(self, call: Call, records: list[Record], query: Query) -> None:
        if query.filter is None:
            return
        kinds = [call.directory.kind(name) for name in {record.kind for record in records}]
        for name in query.filter.properties if kinds else ():
            if name != "id" and not any(name in kind.properties for kind in kinds):
                raise GraphError(f"Invalid filter clause: Could not find a property named '{name}' on type "
                                 f"'{kinds[0].odata_type.removeprefix('#')}'.", "BadRequest")  # fmt: skip
        if query.filter.advanced and not query.eventual and any(kind.directory_object for kind in kinds):
            raise unsupported("it needs the header ConsistencyLevel: eventual")

    def _reduce(self, call: Call, record: Record, body: dict[str, Any], query: Query) -> dict[str, Any]:
        kind = call.directory.kind(record.kind)
        wanted = query.select
        if not wanted and kind.returned and call.version == "v1.0":
            wanted = ("id", *kind.returned)
        hidden = {*kind.write_only, *(kind.on_select if not query.select else ())}
        shown = {
            name: value
            for name, value in body.items()
            if name not in hidden and (not wanted or "*" in wanted or name in wanted or name.startswith("@"))
        }
        for name, nested in query.expand:
            shown |= self._expand(call, record, name, nested)
        return shown

    def _expand(self, call: Call, record: Record, name: str, query: Query) -> dict[str, Any]:
        if name == "*":
            names = [navigation for kind, navigation in self.navigations if kind == record.kind]
            return {key: value for each in names for key, value in self._expand(call, record, each, query).items()}
        navigation = self.navigations.get((record.kind, name))
        if navigation is None:
            raise GraphError(f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on "
                             f"type 'microsoft.graph.{record.kind}'.", "BadRequest")  # fmt: skip
        found = [self.one(call, target, query) for target in navigation(call, record)]
        if (record.kind, name) in self.single:
            return {name: found[0] if found else None}
        return {name: found}
