"""Differences: by property, whatever the order, and what is left out is the same as nothing."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.plugins.azuread.differences import Change, Difference, differences
from lab.plugins.azuread.kinds import KINDS
from lab.plugins.azuread.presentation import aligned
from lab.plugins.azuread.values import UNKNOWN

NONE: frozenset[str] = frozenset()
words = st.text(alphabet="abcdef", min_size=1, max_size=4)
objects = st.fixed_dictionaries({"id": words}, optional={"value": words, "on": st.booleans(), "list": st.lists(words)})
values = st.one_of(st.lists(words, unique=True), st.lists(objects, unique_by=lambda each: each["id"]))


@given(values, st.randoms(use_true_random=False))
def test_order_never_matters(items: list[Any], random: Random) -> None:
    """A list in another order is the same list."""
    other = list(items)
    random.shuffle(other)
    assert list(differences({"x": items}, {"x": other}, NONE)) == []


@given(values, words)
def test_one_more_is_always_seen(items: list[Any], word: str) -> None:
    """An item more, at either side, is a difference."""
    more = [*items, {"id": f"{word}-new"} if items and isinstance(items[0], dict) else f"{word}-new"]
    assert list(differences({"x": items}, {"x": more}, NONE))
    assert list(differences({"x": more}, {"x": items}, NONE))


@given(values, st.randoms(use_true_random=False))
def test_shown_in_the_order_of_before(items: list[Any], random: Random) -> None:
    """What the tenant gives in another order is shown in the state's order, and nothing gets lost."""
    other = list(items)
    random.shuffle(other)
    assert aligned(other, items) == items


@pytest.mark.parametrize("empty", [None, "", 0, False, [], {}, {"inner": None}])
def test_nothing_is_nothing(empty: object) -> None:
    """What is left out, and what says as much, is the same."""
    assert list(differences({"x": empty}, {}, NONE)) == []
    assert list(differences({}, {"x": empty}, NONE)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": "x"}, {"a": "y"}, Difference("a", Change.UPDATE)),
        ({"a": "x"}, {}, Difference("a", Change.DELETE)),
        ({}, {"a": "x"}, Difference("a", Change.ADD)),
        ({"a": True}, {"a": False}, Difference("a", Change.DELETE)),
        ({"a": ["x", "y"]}, {"a": ["y"]}, Difference("a[0]", Change.DELETE)),
        ({"a": ["x"]}, {"a": ["x", "y"]}, Difference("a[1]", Change.ADD)),
        ({"a": ["x"]}, {"a": ["y"]}, Difference("a[0]", Change.UPDATE)),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, Difference("a.b", Change.UPDATE)),
        ({"a": {"b": 1}}, {}, Difference("a", Change.DELETE)),
        ({}, {"a": {"b": 1}}, Difference("a", Change.ADD)),
        (
            {"a": [{"id": "2"}, {"id": "1", "v": "x"}]},
            {"a": [{"id": "1", "v": "y"}, {"id": "2"}]},
            Difference("a[0].v", Change.UPDATE),
        ),
        ({"a": "x"}, {"a": UNKNOWN}, Difference("a", Change.UPDATE)),
        ({}, {"a": UNKNOWN}, Difference("a", Change.ADD)),
    ],
)
def test_difference_names_the_property(old: dict[str, Any], new: dict[str, Any], expected: Difference) -> None:
    """The path as the engine writes it, and what is to be done."""
    assert list(differences(old, new, NONE)) == [expected]


def test_what_the_tenant_decides_is_left_alone() -> None:
    """A computed property differs only from a declaration, also inside an object."""
    computed = frozenset({"tags", "api.version"})
    assert list(differences({"tags": ["x"], "api": {"version": 2}}, {}, computed)) == []
    assert list(differences({"tags": ["x"]}, {"tags": ["y"]}, computed))
    assert list(differences({"api": {"version": 2}}, {"api": {"version": 1}}, computed))


@pytest.mark.parametrize(
    ("kind", "path", "replaces"),
    [
        ("group:Group", "assignableToRole", True),
        ("group:Group", "types[0]", True),
        ("group:Group", "description", False),
        ("namedLocation:NamedLocation", "ip", True),
        ("namedLocation:NamedLocation", "ip.ipRanges[1]", False),
        ("applicationPassword:ApplicationPassword", "rotateWhenChanged.month", True),
        ("groupMember:GroupMember", "memberObjectId", True),
    ],
)
def test_what_makes_a_new_resource(kind: str, path: str, *, replaces: bool) -> None:
    """As the official provider has it."""
    assert KINDS[f"azuread:index/{kind}"].replaces(path) is replaces
