"""The query options of a request: $select, $expand, $filter, $orderby, $top, $count (OData 4.01, part 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from lab.tenant.errors import GraphError, unsupported
from lab.tenant.filters import Filter, parse_filter

PAGE = 100
"""Objects on a page unless asked otherwise (Microsoft Graph: paging)."""

MOST = 999
"""The largest page that may be asked for."""

KNOWN = frozenset({"$select", "$expand", "$filter", "$orderby", "$top", "$count", "$skiptoken", "$format"})


@dataclass(frozen=True)
class Query:
    """What a client wants to see of what it asks for. `expand` maps a navigation to the query that applies there."""

    select: tuple[str, ...] = ()
    expand: tuple[tuple[str, Query], ...] = ()
    filter: Filter | None = None
    order: tuple[tuple[str, bool], ...] = ()
    top: int = PAGE
    count: bool = False
    skip: int = 0
    eventual: bool = False


def parse_query(options: Mapping[str, str], *, eventual: bool) -> Query:
    """Read the options of a request; `eventual` is whether it has the header ConsistencyLevel: eventual.

    Raises:
        GraphError: an option that is unknown or can't be read.
    """
    query = _parse({name if name.startswith("$") else f"${name}": value for name, value in options.items()})
    return replace(query, eventual=eventual, count=query.count and eventual)


def _parse(options: Mapping[str, str]) -> Query:
    for name in options:
        if name not in KNOWN:
            raise unsupported(f"the query option {name}")
    return Query(
        select=_names(options.get("$select", "")),
        expand=tuple(_expand(part) for part in _split(options.get("$expand", ""), ",")),
        filter=parse_filter(options["$filter"]) if options.get("$filter") else None,
        order=tuple(_order(part) for part in _split(options.get("$orderby", ""), ",")),
        top=_number(options, "$top", PAGE, 1, MOST),
        count=options.get("$count", "false").lower() == "true",
        skip=_number(options, "$skiptoken", 0, 0, None),
    )


def sort_key(name: str) -> Callable[[dict[str, Any]], tuple[bool, str]]:
    """By which to sort objects on a property; those without a value come first."""
    return lambda entry: (entry.get(name) is not None, str(entry.get(name) or "").casefold())


def next_link(url: str, options: Mapping[str, str], skip: int) -> str:
    """Where the page after this one is."""
    return f"{url}?{urlencode({**options, '$skiptoken': str(skip)}, safe='$')}"


def _expand(part: str) -> tuple[str, Query]:
    """One navigation, such as `members($select=id;$top=5)`."""
    name, opened, rest = part.strip().partition("(")
    if not opened:
        return name, Query()
    options = (option.partition("=") for option in _split(rest.removesuffix(")"), ";"))
    return name, _parse({key.strip(): value for key, _, value in options})


def _order(part: str) -> tuple[str, bool]:
    match part.split():
        case [name]:
            return name, False
        case [name, ("asc" | "desc") as direction]:
            return name, direction == "desc"
    raise GraphError(f"Invalid $orderby clause: '{part}'.", "BadRequest")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _split(text: str, separator: str) -> list[str]:
    """Split where no parenthesis is open."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == separator and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [part for part in (*parts, text[start:]) if part.strip()]


def _number(options: Mapping[str, str], name: str, default: int, least: int, most: int | None) -> int:
    text = options.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
        raise GraphError(f"Invalid value '{text}' for {name}: a number from {least} to {most or '…'} is expected.",
                         "BadRequest")  # fmt: skip
    return int(text)
