"""Compiled rules with one thing changed: a rule deleted, widened or moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADS = ("table ", "delete ", "chain ", "type ", "comment ", "}", "#")
_WIDER = (
    (re.compile(r"ct state new "), ""),
    (re.compile(r"(?:ip|ip6) saddr (?:\{[^}]*\}|\S+) "), ""),
    (re.compile(r"(?:ip|ip6) daddr (?:\{[^}]*\}|\S+) "), ""),
    (re.compile(r"iifname (?:\{[^}]*\}|\S+) "), ""),
    (re.compile(r"tcp dport (?:\{[^}]*\}|\S+) "), "ip protocol tcp "),
    (re.compile(r"udp dport (?:\{[^}]*\}|\S+) "), ""),
    (re.compile(r"(?:ip protocol|meta l4proto) \S+ "), ""),
    (re.compile(r"established,related"), "established,related,new"),
    (re.compile(r"drop$"), "accept"),
    (re.compile(r"^accept$"), "drop"),
    (re.compile(r"dport (\d+) "), r"dport 1-\1 "),
    (re.compile(r"(\d+)\.0/24"), r"\1.0/23"),
    (re.compile(r"::/64"), "::/48"),
    (re.compile(r" counter"), ""),
    (re.compile(r'log prefix "[^"]*"'), 'log prefix "x"'),
)


@dataclass(frozen=True)
class Mutant:
    """A rule file with one change, and what it is."""

    what: str
    text: str


def deleted(text: str) -> Iterator[Mutant]:
    """Each rule taken away in turn."""
    lines = text.splitlines()
    for index in _rules(lines):
        yield Mutant(f"without line {index + 1}: {lines[index].strip()}", _joined(lines[:index], lines[index + 1 :]))


def widened(text: str) -> Iterator[Mutant]:
    """Each rule with one condition taken away or made wider, in every way that applies to it."""
    lines = text.splitlines()
    for index in _rules(lines):
        for pattern, replacement in _WIDER:
            wider = pattern.sub(replacement, lines[index], count=1)
            if wider != lines[index]:
                what = f"line {index + 1} with {pattern.pattern} as '{replacement}': {lines[index].strip()}"
                yield Mutant(what, _joined(lines[:index], [wider], lines[index + 1 :]))


def moved(text: str) -> Iterator[Mutant]:
    """Each rule after the one that follows it in its chain."""
    lines = text.splitlines()
    places = set(_rules(lines))
    for index in places & {place - 1 for place in places}:
        swapped = [lines[index + 1], lines[index]]
        yield Mutant(f"lines {index + 1} and {index + 2} swapped", _joined(lines[:index], swapped, lines[index + 2 :]))


def _rules(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.strip() and not line.strip().startswith(_HEADS)]


def _joined(*parts: list[str]) -> str:
    return "".join(f"{line}\n" for part in parts for line in part)
