# ruff: noqa: N802, N815 - odata-query finds visitors by the names of its node classes
"""`$filter`: odata-query reads the expression, this turns its syntax tree into a test of an object."""

from __future__ import annotations

import copy
import datetime
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser
from odata_query.visitor import NodeVisitor
from sly.lex import Token  # type: ignore[import-untyped]

from lab.tenant.errors import GraphError, unsupported

Scope = Mapping[str, Any]
"""The object's properties, and a lambda's variable by its name."""

Value = Callable[[Scope], Any]

COMPARISONS: Mapping[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip

FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
}

ADVANCED_FUNCTIONS = frozenset({"endswith", "contains"})


@dataclass(frozen=True)
class Filter:
    """A test of objects. `properties` are those it reads; `advanced` ones need an eventually consistent answer."""

    matches: Callable[[Scope], bool]
    properties: frozenset[str]
    advanced: bool


@lru_cache(maxsize=512)
def parse_filter(text: str) -> Filter:
    """Read a filter.

    Raises:
        GraphError: no OData, or more of it than this directory answers.
    """
    try:
        tree = ODataParser().parse(_one_item_lists(_negations(ODataLexer().tokenize(text))))
    except ODataException as error:
        raise GraphError(f"Invalid filter clause: {error}", "BadRequest") from error
    compiler = _Compiler()
    value = compiler.compile(tree)
    return Filter(lambda scope: value(scope) is True, frozenset(compiler.properties), compiler.advanced)


def _negations(tokens: Iterable[Token]) -> Iterator[Token]:
    """Take `not(` for the operator, as OData does; odata-query wants a blank and reads a function's name."""
    for token in tokens:
        if token.type == "ODATA_IDENTIFIER" and token.value == ast.Identifier("not"):
            token.type, token.value = "NOT", ast.Not()
        yield token


def _one_item_lists(tokens: Iterable[Token]) -> Iterator[Token]:
    """Write `in ('a')` as odata-query wants it, `in ('a',)`: it takes a single value in parentheses for no list."""
    depth: int | None = None
    comma = False
    for token in tokens:
        if token.type == "IN":
            depth, comma = 0, False
        elif depth is not None:
            depth += (token.type == "(") - (token.type == ")")
            comma = comma or token.type == ","
            if depth == 0 and token.type == ")":
                if not comma:
                    yield _comma(token)
                depth = None
        yield token


def _comma(beside: Token) -> Token:
    token = copy.copy(beside)
    token.type = token.value = ","
    return token


class _Compiler(NodeVisitor):
    """Turns each node into a function of the object; what has no method here is not supported."""

    def __init__(self) -> None:
        self.properties: set[str] = set()
        self.advanced = False
        self._variables: set[str] = set()

    def compile(self, node: ast._Node) -> Value:
        value: Value = self.visit(node)
        return value

    def generic_visit(self, node: ast._Node) -> Value:
        raise unsupported(f"{type(node).__name__} in $filter")

    def visit_Null(self, _: ast.Null) -> Value:
        return lambda scope: None  # noqa: ARG005

    def visit_String(self, node: ast.String) -> Value:
        return _constant(node.val.casefold())

    visit_GUID = visit_String

    def visit_Integer(self, node: ast.Integer) -> Value:
        return _constant(node.py_val)

    visit_Float = visit_Boolean = visit_Integer

    def visit_DateTime(self, node: ast.DateTime) -> Value:
        return _constant(_comparable(node.val))

    visit_Date = visit_DateTime

    def visit_List(self, node: ast.List) -> Value:
        values = [self.compile(entry) for entry in node.val]
        return lambda scope: [value(scope) for value in values]

    def visit_Identifier(self, node: ast.Identifier) -> Value:
        name = _name(node)
        if name not in self._variables:
            self.properties.add(name)
        return lambda scope: _comparable(scope.get(name))

    def visit_Attribute(self, node: ast.Attribute) -> Value:
        owner = self.compile(node.owner)
        return lambda scope: _comparable(found.get(node.attr) if isinstance(found := owner(scope), dict) else None)

    def visit_Compare(self, node: ast.Compare) -> Value:
        left, right = self.compile(node.left), self.compile(node.right)
        if isinstance(node.comparator, ast.In):
            return lambda scope: left(scope) in right(scope)
        self.advanced = self.advanced or isinstance(node.comparator, ast.NotEq)
        compare = COMPARISONS[type(node.comparator)]
        return lambda scope: _safely(compare, left(scope), right(scope))

    def visit_BoolOp(self, node: ast.BoolOp) -> Value:
        left, right = self.compile(node.left), self.compile(node.right)
        if isinstance(node.op, ast.And):
            return lambda scope: left(scope) is True and right(scope) is True
        return lambda scope: left(scope) is True or right(scope) is True

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Value:
        if not isinstance(node.op, ast.Not):
            return self.generic_visit(node)
        self.advanced = True
        operand = self.compile(node.operand)
        return lambda scope: operand(scope) is not True

    def visit_Call(self, node: ast.Call) -> Value:
        name = _name(node.func).lower()
        if name not in FUNCTIONS:
            raise unsupported(f"{name} in $filter")
        self.advanced = self.advanced or name in ADVANCED_FUNCTIONS
        function = FUNCTIONS[name]
        text, part = (self.compile(argument) for argument in node.args)
        return lambda scope: _safely(function, text(scope), part(scope))

    def visit_CollectionLambda(self, node: ast.CollectionLambda) -> Value:
        owner = self.compile(node.owner)
        if node.lambda_ is None:
            return lambda scope: bool(owner(scope))
        name = _name(node.lambda_.identifier)
        self._variables.add(name)
        test = self.compile(node.lambda_.expression)
        every = all if isinstance(node.operator, ast.All) else any
        return lambda scope: every(test({**scope, name: entry}) is True for entry in owner(scope) or [])


def _name(identifier: ast.Identifier) -> str:
    return ".".join((*identifier.namespace, identifier.name))


def _constant(value: object) -> Value:
    return lambda scope: value  # noqa: ARG005


def _comparable(value: object) -> object:
    """Texts compare without case, as the directory does; times compare as times."""
    if not isinstance(value, str):
        return value
    if value[4:5] == "-" and value[:4].isdigit():
        try:
            moment = datetime.datetime.fromisoformat(value)
        except ValueError:
            return value.casefold()
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return value.casefold()


def _safely(test: Callable[[Any, Any], bool], left: object, right: object) -> bool:
    """A comparison between what can't be compared (null, another type) is not true."""
    try:
        return test(left, right)
    except TypeError:
        return False
