"""An entry's life in one line: what happened to it and to its row at the DCC, drawn and listed.

The drawing and the list hold the same happenings under the same numbers, so that whoever does not
see the one has the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from cpl_registry.outputs import wording
from cpl_registry.outputs.dcc_history import DccEvent, DccHistory
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.pages_changes import ChangeView, change_view
from cpl_registry.records.device_model import EntryId, Event
from cpl_registry.state.delivery import Hold
from cpl_registry.state.publication import Published

_LEFT, _RIGHT = 14.0, 706.0
_ROOM, _ROW = 30.0, 22
_LETTER = 7.0
_LABEL = 90.0
_WORDS = {
    DccEvent.TAKEN_OVER: "Taken over as loaded by the DCC",
    DccEvent.DELIVERED: "Delivered to the DCC",
    DccEvent.DELIVERED_CHANGED: "Delivered to the DCC as a changed row",
    DccEvent.DELIVERED_REMOVAL: "Taken out of what the DCC is sent",
    DccEvent.LOADED: "Loaded by the DCC",
    DccEvent.REMOVAL_LOADED: "Acknowledged by the DCC as taken out",
    DccEvent.REJECTED: "Rejected by the DCC",
    DccEvent.REJECTED_AGAIN: "Rejected again by the DCC, last",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that happened: day, words, and either its history line or a delivery's serial."""

    day: date
    word: str
    change: ChangeView | None = None
    serial: str | None = None
    rest: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Days that a bar shows, the last included, and where it lies; `end` is None where it goes on."""

    start: date
    end: date | None
    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Knot:
    """A number, or several, over the day of what they stand for."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """What happened, oldest first, and the drawing: knots over a line, bars below it, days, years."""

    happenings: tuple[Happening, ...]
    knots: tuple[Knot, ...]
    listed: tuple[Stretch, ...]
    held: tuple[Stretch, ...]
    years: tuple[tuple[int, float], ...]
    base: int
    ends: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Timelines:
    """The timelines of a publication: what was sent and answered, indexed once."""

    listing: Listing

    @cached_property
    def _rows(self) -> DccHistory:
        return DccHistory(state=self.listing.state)

    def of(self, one: Published) -> Timeline:
        """The timeline of an entry."""
        holds = self._holds(one)
        found = [*self._history(one), *self._dcc(one.entry_id), *_held(holds)]
        order = sorted(range(len(found)), key=lambda place: (found[place].day, place))
        happenings = tuple(found[place] for place in order)
        return _drawn(happenings, _active(one), holds, self.listing.state.on)

    def _history(self, one: Published) -> Iterator[Happening]:
        row, pages = self.listing.rows[one.entry_id], self.listing.reference_pages
        for line in one.entry.history:
            change = change_view(line, row, pages)
            yield Happening(day=line.day, word=change.word, change=change)

    def _dcc(self, entry_id: EntryId) -> Iterator[Happening]:
        for line in self._rows.of(entry_id):
            because = f": {line.reason}" if line.reason else ""
            rest = f", {line.at:%H:%M} UTC{because}" if line.at else ""
            yield Happening(day=line.day, word=_WORDS[line.event], serial=line.serial, rest=rest)

    def _holds(self, one: Published) -> tuple[tuple[Hold, date, date | None], ...]:
        """The holds so far: cause, first day, and the first day after it; None where it lasts."""
        found: dict[date, tuple[Hold, date, date | None]] = {}
        for clocks in self.listing.clocks.get(one.entry_id, ()):
            for pause in clocks.delivered.pauses:
                found.setdefault(pause.start, (pause.hold, pause.start, pause.end))
        hold = one.delivery.hold if one.delivery else None
        if hold is not None:
            ended = {day: held for day, held in found.items() if day < hold.since and held[2]}
            found = {**ended, hold.since: (hold, hold.since, None)}
        return tuple(found[day] for day in sorted(found))


def _held(holds: Sequence[tuple[Hold, date, date | None]]) -> Iterator[Happening]:
    for hold, start, end in holds:
        rest = f": {wording.hold_cause(hold, 'the DSP')}"
        yield Happening(day=start, word="Held back from the DCC", rest=rest)
        if end is not None:
            yield Happening(day=end, word="No longer held back")


def _active(one: Published) -> list[tuple[date, date | None]]:
    """The stretches in which it was on the list: first day, and the first day after."""
    found: list[tuple[date, date | None]] = []
    for line in one.entry.history:
        opened = bool(found) and found[-1][1] is None
        if line.event in {Event.LISTED, Event.REINSTATED} and not opened:
            found.append((line.day, None))
        elif line.event is Event.REMOVED and opened:
            found[-1] = (found[-1][0], line.day)
    return found


def _drawn(
    happenings: tuple[Happening, ...],
    active: Sequence[tuple[date, date | None]],
    holds: Sequence[tuple[Hold, date, date | None]],
    on: date,
) -> Timeline:
    first = happenings[0].day
    span = max((on - first).days, 1)

    def x(day: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (min(day, on) - first).days / span, 1)

    def bars(stretches: Sequence[tuple[date, date | None]]) -> tuple[Stretch, ...]:
        return tuple(
            Stretch(
                start=start,
                end=end - timedelta(days=1) if end else None,
                x=x(start),
                width=max(round(x(end or on) - x(start), 1), 2.0),
            )
            for start, end in stretches
        )

    placed, rows = _placed(happenings, x)
    base = rows * _ROW + 12
    return Timeline(
        happenings=happenings,
        knots=tuple(Knot(text=text, x=at, y=base - 14 - row * _ROW) for text, at, row in placed),
        listed=bars(active),
        held=bars([(start, end) for _, start, end in holds]),
        years=tuple(
            (year, x(date(year, 1, 1)))
            for year in range(first.year + 1, on.year + 1)
            if _LEFT + _LABEL < x(date(year, 1, 1)) < _RIGHT - _LABEL
        ),
        base=base,
        ends=(wording.short_day(first), wording.short_day(on)),
    )


def _placed(
    happenings: Sequence[Happening], x: Callable[[date], float]
) -> tuple[list[tuple[str, float, int]], int]:
    """Each day's numbers in the lowest row that has room there; and the number of rows."""
    days: dict[date, list[int]] = {}
    for number, one in enumerate(happenings, start=1):
        days.setdefault(one.day, []).append(number)
    free: list[float] = []
    placed = []
    for day, numbers in days.items():
        text = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
        half = max(_ROOM, _LETTER * len(text) + 12) / 2
        at = min(max(x(day), half), _RIGHT + _LEFT - half)
        row = next((one for one, end in enumerate(free) if end <= at - half), len(free))
        if row == len(free):
            free.append(0.0)
        free[row] = at + half
        placed.append((text, round(at, 1), row))
    return placed, len(free)
