"""The one clock: what day it is in London."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cpl_registry.records.days import london_day


def today() -> date:
    """Today in London, whatever the machine's time zone."""
    return london_day(now())


def now() -> datetime:
    """This moment, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
