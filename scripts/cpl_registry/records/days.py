"""Days as the register writes them: YYYY-MM-DD, inclusive, of the calendar in London."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(2999, 12, 31)
"""The days that a register can name: those of the schemas, with room to count years from each."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


@lru_cache(maxsize=16384)  # a register names the days of a few decades again and again
def day(text: str) -> date | None:
    """A day written YYYY-MM-DD; None where there is no such day.

    Own reading, because `date.fromisoformat` takes other forms in newer Python versions.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def day_of(data: Mapping[str, Any], name: str) -> date:
    """The day that a field holds, which its schema has found to be one.

    Raises:
        ValueError: it is none, so the schema and this module differ: a mistake of the tools.
    """
    found = day(data[name])
    if found is None:
        raise ValueError(f"the schema let {name} pass, which is no day: {data[name]}")
    return found


def london_day(at: datetime) -> date:
    """The day in London of a moment."""
    return at.astimezone(LONDON).date()
