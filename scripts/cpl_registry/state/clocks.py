"""The two clocks of each event: one Working Day to delivery, then 24 elapsed hours to loading.

The founding paper (section 5): the updated list goes to the DCC within one Working Day, and the DCC
has 24 hours to load it. The first clock is due by the end, in London, of the Working Day after the
event's day. While the DSP cannot take the row it is paused, with the hold as its reason; when the
hold ends, the Working Day begins anew. An answer is given for a whole day: what is due within that
day is not called missed yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from cpl_registry.records.days import LONDON, london_day
from cpl_registry.records.delivery import Serial
from cpl_registry.records.device_model import Entry, EntryId, Event
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import HolidaysUnknown, WorkingDays
from cpl_registry.state.delivery_case import Case, Pause, cases_of
from cpl_registry.state.sent_rows import SentRows

LOADING = timedelta(hours=24)
_DAY = timedelta(days=1)


class Verdict(StrEnum):
    """How a clock stands."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    PAUSED = "paused"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "cannot-be-judged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """One clock: how it stands, and why.

    `due` is the moment up to which it is met and `stopped` the moment that stopped it, both in UTC.
    `serial` is the delivery that stopped it, or brought what was loaded.
    """

    verdict: Verdict
    due: datetime | None = None
    stopped: datetime | None = None
    serial: Serial | None = None
    reason: str = ""
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventClocks:
    """Both clocks of one line of an entry's history, by its number."""

    entry_id: EntryId
    line: int
    day: date
    event: Event
    delivered: Clock
    loaded: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """How the clocks of one month's events stand; `first` is the month's first day."""

    first: date
    delivered: Mapping[Verdict, int]
    loaded: Mapping[Verdict, int]


def end_of(day: date) -> datetime:
    """The end of a day in London, as a moment in UTC."""
    return datetime.combine(day + _DAY, time(), LONDON).astimezone(UTC)


def clocks_of(entry: Entry, sent: SentRows, calendar: WorkingDays) -> tuple[EventClocks, ...]:
    """The clocks of an entry's listings, amendments, corrections, removals and reinstatements."""
    return tuple(
        EventClocks(
            entry_id=entry.entry_id,
            line=case.index,
            day=case.line.day,
            event=case.line.event,
            delivered=_delivered(case, calendar),
            loaded=_loaded(case),
        )
        for case in cases_of(entry, sent)
    )


def clocks_until(register: Register, on: date, calendar: WorkingDays) -> tuple[EventClocks, ...]:
    """The clocks of every entry of a register as of a day, in entry id order."""
    sent = SentRows(register=register, on=on)
    return tuple(
        one for entry in register.by_id.values() for one in clocks_of(entry, sent, calendar)
    )


def clock_table(clocks: Iterable[EventClocks]) -> tuple[Month, ...]:
    """How the clocks stand by the month of the event, oldest first."""
    delivered: dict[date, Counter[Verdict]] = {}
    loaded: dict[date, Counter[Verdict]] = {}
    for one in clocks:
        month = one.day.replace(day=1)
        delivered.setdefault(month, Counter())[one.delivered.verdict] += 1
        loaded.setdefault(month, Counter())[one.loaded.verdict] += 1
    return tuple(
        Month(first=month, delivered=delivered[month], loaded=loaded[month])
        for month in sorted(delivered)
    )


def _delivered(case: Case, calendar: WorkingDays) -> Clock:
    if excuse := case.excuse():
        return Clock(verdict=Verdict.NOT_APPLICABLE, reason=excuse)
    delivery = case.delivery
    at = delivery.sent_at if delivery else None
    serial = delivery.serial if delivery else None
    try:
        due_day, pauses = case.due(calendar)
    except HolidaysUnknown:
        beyond = case.line.day >= calendar.first
        limit = f"beyond {calendar.last.year}" if beyond else f"before {calendar.first.year}"
        reason = f"cannot be judged {limit}: the list of bank holidays ends there"
        return Clock(verdict=Verdict.UNKNOWN, stopped=at, serial=serial, reason=reason)
    if pauses and pauses[-1].end is None and case.overtaken is None:
        told = "; ".join(f"{one.field} {one.value}" for one in pauses[-1].hold.causes)
        reason = f"{pauses[-1].hold.reason}: {told}"
        return Clock(verdict=Verdict.PAUSED, reason=reason, pauses=pauses)
    due = end_of(due_day)
    if at is not None:
        verdict, reason = (Verdict.MET if at < due else Verdict.MISSED), ""
    elif case.overtaken is not None:
        late = due_day < case.overtaken.day and not (pauses and pauses[-1].end is None)
        verdict = Verdict.MISSED if late else Verdict.NOT_APPLICABLE
        reason = f"{case.overtaken.event} on {case.overtaken.day}, before its row was sent"
    else:
        verdict, reason = (Verdict.MISSED if due_day < case.on else Verdict.RUNNING), ""
    return Clock(verdict=verdict, due=due, stopped=at, serial=serial, reason=reason, pauses=pauses)


def _loaded(case: Case) -> Clock:
    delivery = case.delivery
    if (excuse := case.excuse()) or delivery is None:
        return Clock(verdict=Verdict.NOT_APPLICABLE, reason=excuse or "not delivered yet")
    due = delivery.sent_at + LOADING
    reason = "the DCC has not answered"
    for serial, answer in case.answers():
        if answer.loaded:
            verdict = Verdict.MET if answer.at <= due else Verdict.MISSED
            return Clock(verdict=verdict, due=due, stopped=answer.at, serial=serial)
        reason = f"the DCC rejected it: {answer.reason or 'no reason given'}"
    verdict = Verdict.MISSED if london_day(due) < case.on else Verdict.RUNNING
    return Clock(verdict=verdict, due=due, serial=delivery.serial, reason=reason)
