"""How the list stood on days gone by, counted from the histories in one pass.

The counts of a day are those that a publication of that day would show.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import Reaction
from cpl_registry.records.register import Register
from cpl_registry.state.delivery import Route, delivery_on
from cpl_registry.state.dsp import unrecognised
from cpl_registry.state.history import as_of, standing, submitted
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.routing import route_of
from cpl_registry.state.sent import sent_until

MOST = 60
"""At most so many days are counted."""


@dataclass(kw_only=True, slots=True)
class Moment:
    """The counts of one day. `going` and `held` are Active; `gone` was removed or closed.

    `gbcs` counts the Active entries by the GBCS version that they name.
    """

    day: date
    going: int = 0
    held: int = 0
    waiting: int = 0
    gone: int = 0
    gbcs: Counter[str] = field(default_factory=Counter)


def days_over_time(state: PublishedState) -> tuple[date, ...]:
    """First days of months, quarters or years since the first event, and the day itself."""
    if not state.entries:
        return ()
    first = min(one.entry.history[0].day for one in state.entries)
    steps = (list(_firsts(first, state.on, months)) for months in (1, 3, 12))
    days = next((found for found in steps if len(found) < MOST), [])
    return (*days, state.on)


def _firsts(first: date, on: date, months: int) -> Sequence[date]:
    """The first days of every so many months that lie after the first day and before the last."""
    every = range(1, 13, months)
    days = (date(year, month, 1) for year in range(first.year, on.year + 1) for month in every)
    return [day for day in days if first < day < on]


def days_of_holds(state: PublishedState) -> tuple[date, ...]:
    """The days on which the number of held entries may have changed, the day itself included.

    Where they are too many, or the DSP refuses changed rows, those of `days_over_time`.
    """
    steps = [
        (day, state.register.dsp.step_on(day)) for day in state.register.dsp.step_days(state.on)
    ]
    days: set[date] = set()
    for one in state.entries:
        starts = sorted({line.day for line in one.entry.history})
        for start, end in zip(starts, [*starts[1:], state.on], strict=True):
            if not standing(one.entry, start).active:
                continue
            then = as_of(one.entry, start)
            governing = [day for day, _ in steps if day <= start][-1:]
            within = [*governing, *(day for day, _ in steps if start < day <= end)]
            known = dict(steps)
            if not governing or any(unrecognised(then, known[day]) for day in within):
                days.update((start, end, *(day for day in within if day >= start)))
    usual = days_over_time(state)
    if state.register.dsp.changed_row is Reaction.REJECT or len(days) > 2 * MOST:
        return usual
    return tuple(sorted({*usual[:1], *days, state.on})) if usual else ()


def over_time(state: PublishedState, days: Sequence[date]) -> tuple[Moment, ...]:
    """The counts of each of some rising days, none later than that of the state."""
    moments = tuple(Moment(day=day) for day in days)
    judge = _Judge(register=state.register, days=tuple(days))
    for one in state.entries:
        _count(one.entry, moments, days, judge)
    return moments


def _count(entry: Entry, moments: Sequence[Moment], days: Sequence[date], judge: _Judge) -> None:
    starts = sorted({line.day for line in entry.history})
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        first = bisect_left(days, start)
        last = bisect_left(days, end) if end else len(days)
        if first == last:
            continue
        if standing(entry, start).active:
            _count_active(as_of(entry, start), moments, range(first, last), judge)
            continue
        waits = submitted(entry, start) is not None
        for moment in moments[first:last]:
            if waits:
                moment.waiting += 1
            else:
                moment.gone += 1


def _count_active(entry: Entry, moments: Sequence[Moment], places: range, judge: _Judge) -> None:
    version, held = entry.gbcs_version, judge.held(entry, places)
    for place in places:
        moments[place].gbcs[version] += 1
        if held[place]:
            moments[place].held += 1
        else:
            moments[place].going += 1


@dataclass(kw_only=True)
class _Judge:
    """Which values were held back on which of the days.

    Unless the DSP refuses changed rows, that rests on the values and the day alone, so that each
    combination of values is judged once.
    """

    register: Register
    days: tuple[date, ...]
    _seen: dict[tuple[str | None, ...], tuple[bool, ...]] = field(default_factory=dict)

    @cached_property
    def _fields(self) -> tuple[str, ...]:
        named = {name for step in self.register.dsp.steps for name in step.values}
        plain = {name for name in named if " of " not in name}
        lead = "technical_specification"
        return (f"{lead}.name", f"{lead}.version", "gbcs_version", *sorted(plain))

    def held(self, entry: Entry, places: range) -> Mapping[int, bool] | Sequence[bool]:
        """Whether the entry's values, as it has them, are held, by the place of the day."""
        if self.register.dsp.changed_row is Reaction.REJECT and any(
            line.changed for line in entry.history
        ):
            return {place: self._played(entry, place) for place in places}
        values = tuple(entry.get(name) for name in self._fields)
        if values not in self._seen:
            steps = (self.register.dsp.step_on(day) for day in self.days)
            self._seen[values] = tuple(bool(unrecognised(entry, step)) for step in steps)
        return self._seen[values]

    def _played(self, entry: Entry, place: int) -> bool:
        found = delivery_on(entry, self.days[place], self._routes[place])
        return found is not None and found.hold is not None

    @cached_property
    def _routes(self) -> tuple[Route, ...]:
        of = self.register
        return tuple(
            route_of(of, sent_until(of.deliveries, of.acknowledgements, day)) for day in self.days
        )
