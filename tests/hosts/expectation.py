"""Assertions whose failure says in one sentence what was found and what is right."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def assert_is(found: object, right: object, what: str) -> None:
    """`found` is `right`."""
    __tracebackhide__ = True
    assert found == right, f"{what}: found {found!r}; right is {right!r}"


def assert_all(found: Mapping[str, object], right: Mapping[str, object], what: str) -> None:
    """Each key of `right` has its value in `found`; names those that differ."""
    __tracebackhide__ = True
    wrong = {key: found.get(key) for key, value in right.items() if found.get(key) != value}
    assert not wrong, f"{what}: found {wrong!r}; right is { {key: right[key] for key in wrong}!r}"


def assert_exactly(found: Collection[str], right: Collection[str], what: str) -> None:
    """`found` has what `right` has, and nothing else."""
    __tracebackhide__ = True
    more, less = sorted({*found} - {*right}), sorted({*right} - {*found})
    assert not more, f"{what}: found {', '.join(more)}, which nobody declared; right is {', '.join(sorted(right))}"
    assert not less, f"{what}: did not find {', '.join(less)}; right is {', '.join(sorted(right))}"
