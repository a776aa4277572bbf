"""What each line of an entry's history makes of its row: the row after it, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from cpl_registry.records.delivery import DeliveryFile, Row
from cpl_registry.records.device_model import Entry
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.state.history import as_of, standing

_FIRST = date(2000, 1, 1)


def rows_by_line(entry: Entry, profile: ExtractProfile) -> tuple[Row | None, ...]:
    """The true row after each line of the history; None where the entry is not Active then."""
    # Several lines may share a day: on days of their own they are told apart by the usual replay.
    days = [_FIRST + timedelta(days=number) for number in range(len(entry.history))]
    lines = zip(entry.history, days, strict=True)
    apart = replace(entry, history=tuple(replace(line, day=day) for line, day in lines))
    return tuple(
        profile.row(as_of(apart, day)) if standing(apart, day).active else None for day in days
    )


def shows(
    row: Row | None, delivery: DeliveryFile, true: Row | None, profile: ExtractProfile
) -> bool:
    """Whether a row of a delivery says what is true, in the columns that both layouts have."""
    if row is None or true is None:
        return row is true
    if delivery.header == profile.header:
        return row == true
    now = dict(zip(profile.header, true, strict=True))
    return all(
        now.get(name, cell) == cell for name, cell in zip(delivery.header, row, strict=False)
    )
