"""An entry as the list showed it on a day.

A file holds the values of today. Going back undoes every amendment and correction dated after the
asked day, so that any day is told from the file alone. A history line dated after the asked day
has not happened yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from cpl_registry.records.device_model import Entry, Event, HistoryLine, Status, Value

CLOCKED = frozenset({Event.LISTED, Event.AMENDED, Event.CORRECTED, Event.REMOVED, Event.REINSTATED})
"""The events that change what the DCC must hold."""
_CHANGING = frozenset({Event.AMENDED, Event.CORRECTED})
_LISTING = frozenset({Event.LISTED, Event.REINSTATED})
_ENDING = frozenset({Event.REMOVED, Event.CLOSED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the history makes of an entry on a day.

    `status` is None before a listing and after a submission was closed. `since` is the day from
    which the status holds, `line` the history line that gave it.
    """

    status: Status | None
    since: date | None
    line: HistoryLine | None

    @property
    def active(self) -> bool:
        """Whether the entry is on the list and may be used."""
        return self.status is Status.ACTIVE


NEVER = Standing(status=None, since=None, line=None)


def happened(entry: Entry, on: date) -> tuple[HistoryLine, ...]:
    """The history lines dated on or before a day."""
    if entry.history[-1].day <= on:
        return entry.history
    return tuple(line for line in entry.history if line.day <= on)


def standing(entry: Entry, on: date) -> Standing:
    """The status of an entry on a day, following from its history."""
    for line in reversed(happened(entry, on)):
        if line.event in _LISTING:
            return Standing(status=Status.ACTIVE, since=line.day, line=line)
        if line.event in _ENDING:
            status = line.status if line.event is Event.REMOVED else None
            return Standing(status=status, since=line.day, line=line)
    return NEVER


def submitted(entry: Entry, on: date) -> date | None:
    """Since when an entry waits in the public queue; None where it does not."""
    since: date | None = None
    for line in happened(entry, on):
        if line.event is Event.SUBMITTED:
            since = line.day
        elif line.event is Event.LISTED:
            return None
        elif line.event is Event.CLOSED:
            since = None  # it may be submitted again
    return since


def as_of(entry: Entry, on: date) -> Entry:
    """The entry with the values and the history that it had on a day."""
    if entry.history[-1].day <= on:
        return entry
    fields = dict(entry.fields)
    for line in reversed(entry.history):
        if line.day <= on:
            break
        _undo(fields, line)
    return replace(entry, fields=fields, history=happened(entry, on))


def _undo(fields: dict[str, Value], line: HistoryLine) -> None:
    if line.event not in _CHANGING:
        return
    for change in line.changed:
        if change.before is None:
            fields.pop(change.path, None)
        else:
            fields[change.path] = change.before


class Taken(NamedTuple):
    """Values that some fields had together, and the day on which the entry took them.

    `day` is None where the entry was never listed. `at` is the dotted path of the first field for
    values of today, else the JSON pointer of the history line's `from` that keeps the old value.
    """

    day: date | None
    values: tuple[str | None, ...]
    at: str


def taken(entry: Entry, *paths: str) -> list[Taken]:
    """The values that some fields have had together, oldest first.

    A value that stood at the listing was taken on the day of listing, an amended one on the day of
    the amendment. A correction says that a value was wrong since it was taken, so the corrected
    value takes the place, and the day, of the wrong one.
    """
    if entry.amended.isdisjoint(paths):
        values = tuple([entry.get(path) for path in paths])
        return [Taken(day=entry.listed_on, values=values, at=paths[0])]
    current = {path: entry.get(path) for path in paths}
    at = paths[0]
    found: list[Taken] = []
    for index in range(len(entry.history) - 1, -1, -1):
        line = entry.history[index]
        if line.event is not Event.AMENDED:
            continue
        touched = [change for change in line.changed if change.path in current]
        if not touched:
            continue
        found.append(Taken(day=line.day, values=tuple(current.values()), at=at))
        for change in touched:
            current[change.path] = change.before if isinstance(change.before, str) else None
        at = f"/history/{index}/changed/{touched[0].path}/from"
    found.append(Taken(day=listed_on(entry), values=tuple(current.values()), at=at))
    return found[::-1]


def places_of_days(entry: Entry) -> tuple[str, ...]:
    """The JSON pointers of all dates of a history: what is judged by a day rests on them."""
    return tuple(f"/history/{index}/date" for index in range(len(entry.history)))


def listed_on(entry: Entry) -> date | None:
    """The day of the first listing; None where there was none."""
    return entry.listed_on
