"""ISO 8601 durations, as PIM's schedules and rules use them."""

from __future__ import annotations

import datetime
import re

_FORM = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)

YEAR = datetime.timedelta(days=365)
MONTH = datetime.timedelta(days=30)


def parse_duration(text: str) -> datetime.timedelta:
    """A duration such as P30D or PT8H; a year counts 365 days and a month 30.

    Raises:
        ValueError: no such duration.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"found {text!r}; right is an ISO 8601 duration such as P30D or PT8H")
    parts = {name: int(value or 0) for name, value in match.groupdict().items()}
    years, months = parts.pop("years"), parts.pop("months")
    return years * YEAR + months * MONTH + datetime.timedelta(**parts)
