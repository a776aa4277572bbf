"""Days as the register writes them: YYYY-MM-DD, inclusive, of the calendar in London."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


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


def london_day(at: datetime) -> date:
    """The day in London of a moment."""
    return at.astimezone(LONDON).date()
