"""How objects look from outside: one, or a page of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lab.tenant.call import Answer, Call
from lab.tenant.errors import GraphError, unsupported
from lab.tenant.filters import Filter
from lab.tenant.query import Query, next_link, sort_key
from lab.tenant.rules import PLAIN, Rules
from lab.tenant.schema import Kind
from lab.tenant.store import Record

Navigation = Callable[[Call, Record], list[Record]]

Shown = tuple[Record, dict[str, Any]]
"""An object and all that could be told of it."""


class Representation:
    """Shows objects by the rules of their kinds.

    `navigations` maps (kind, name) to what $expand brings along; those in `single` lead to one object at most.
    """

    def __init__(self) -> None:
        self.rules: dict[str, Rules] = {}
        self.navigations: dict[tuple[str, str], Navigation] = {}
        self.single: set[tuple[str, str]] = set()

    def of(self, kind: str) -> Rules:
        """The rules of a kind."""
        return self.rules.get(kind, PLAIN)

    def one(self, call: Call, record: Record, query: Query) -> dict[str, Any]:
        """An object with the properties that the query asks for.

        Raises:
            GraphError: the query names what such an object doesn't have.
        """
        _check_names("$select", query.select, [call.directory.kind(record.kind)])
        return self._reduced(call, (record, self._whole(call, record)), query)

    def page(self, call: Call, records: Iterable[Record]) -> Answer:
        """The part of a collection that the request's query asks for.

        Raises:
            GraphError: the query names what such objects don't have, or needs an eventually consistent answer.
        """
        query = call.query
        found = self._chosen(call, list(records))
        answer: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{call.url.removeprefix(call.root + '/')}"}
        if query.count:
            answer["@odata.count"] = len(found)
        end = query.skip + query.top
        if len(found) > end:
            answer["@odata.nextLink"] = next_link(call.url, call.options, end)
        return Answer(body={**answer, "value": [self._reduced(call, each, query) for each in found[query.skip : end]]})

    def number(self, call: Call, records: Iterable[Record]) -> int:
        """How many objects of a collection the request's query asks for."""
        return len(self._chosen(call, list(records)))

    def _whole(self, call: Call, record: Record) -> dict[str, Any]:
        kind = call.directory.kind(record.kind)
        body = {"@odata.type": kind.odata_type, "id": record.id, **record.body}
        self.of(record.kind).show(call, record, body)
        return body

    def _chosen(self, call: Call, records: list[Record]) -> list[Shown]:
        """Those that the filter lets through, in the order asked for."""
        query = call.query
        kinds = [call.directory.kind(name) for name in {record.kind for record in records}]
        _check_names("$select", query.select, kinds)
        _check_names("$orderby", [name for name, _ in query.order], kinds)
        shown = [(record, self._whole(call, record)) for record in records]
        if query.filter is not None:
            _check_filter(query.filter, kinds, eventual=query.eventual)
            matches = query.filter.matches
            shown = [each for each in shown if matches(each[1])]
        for name, descending in reversed(query.order):
            key = sort_key(name)
            shown = sorted(shown, key=lambda each, key=key: key(each[1]), reverse=descending)  # type: ignore[misc]
        return shown

    def _reduced(self, call: Call, shown: Shown, query: Query) -> dict[str, Any]:
        """What the query selects and expands; a property that has no value is told as null when it is named."""
        record, body = shown
        kind = call.directory.kind(record.kind)
        names = _names(kind, query, call.version)
        if names is None:
            hidden = {*kind.write_only, *kind.on_select}
            told = {name: value for name, value in body.items() if name not in hidden}
        else:
            told = {name: value for name, value in body.items() if name.startswith("@")}
            told |= {name: body.get(name) for name in names if name not in kind.write_only}
        for name, nested in query.expand:
            told |= self._expanded(call, record, name, nested)
        return told

    def _expanded(self, call: Call, record: Record, name: str, query: Query) -> dict[str, Any]:
        if name == "*":
            names = [navigation for kind, navigation in self.navigations if kind == record.kind]
            return {key: value for each in names for key, value in self._expanded(call, record, each, query).items()}
        navigation = self.navigations.get((record.kind, name))
        if navigation is None:
            raise _unknown("$expand", name, record.kind)
        found = [self.one(call, target, query) for target in navigation(call, record)]
        if (record.kind, name) in self.single:
            return {name: found[0] if found else None}
        return {name: found}


def _names(kind: Kind, query: Query, version: str) -> list[str] | None:
    """The properties to tell; None for all. By default, only v1.0 leaves some out."""
    if query.select and "*" not in query.select:
        return [name for name in query.select if name == "id" or name in kind.properties]
    if kind.returned and not query.select and version == "v1.0":
        return ["id", *kind.returned]
    return None


def _check_names(option: str, names: Iterable[str], kinds: list[Kind]) -> None:
    """Refuse a name that none of these kinds has; without objects there is nothing to tell by."""
    for name in names:
        if kinds and name not in {"id", "*"} and not any(name in kind.properties for kind in kinds):
            raise _unknown(option, name, kinds[0].name)


def _check_filter(chosen: Filter, kinds: list[Kind], *, eventual: bool) -> None:
    _check_names("$filter", chosen.properties, kinds)
    if chosen.advanced and not eventual and any(kind.directory_object for kind in kinds):
        raise unsupported("it needs the header ConsistencyLevel: eventual")


def _unknown(option: str, name: str, kind: str) -> GraphError:
    text = f"Parsing {option} failed: Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
    return GraphError(text, "BadRequest")
