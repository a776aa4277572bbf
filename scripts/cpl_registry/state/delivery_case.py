"""One event of an entry on its way to the DCC: which delivery brought it, and what held it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from cpl_registry.records.delivery import DeliveryFile, Serial
from cpl_registry.records.device_model import Entry, HistoryLine
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.delivery import Hold
from cpl_registry.state.entry_life import Life
from cpl_registry.state.history import CLOCKED
from cpl_registry.state.sent_rows import Answered, SentRows


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Days on which an event could not be delivered; `end` is the first day on which it could.

    `hold` is the last one, where one hold followed another.
    """

    start: date
    end: date | None
    hold: Hold


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of the history, asked how far its row has come."""

    life: Life
    index: int

    @property
    def line(self) -> HistoryLine:
        """The line itself."""
        return self.life.entry.history[self.index]

    @property
    def on(self) -> date:
        """The asked day."""
        return self.life.sent.on

    @cached_property
    def overtaken(self) -> HistoryLine | None:
        """The line that ended what this one began, where no delivery came between them."""
        return self._ended if self._number is None else None

    @cached_property
    def _ended(self) -> HistoryLine | None:
        """The next line after which there is a row where there was none, or the reverse."""
        end = self._end
        return self.life.entry.history[end] if end < len(self.life.true) else None

    @cached_property
    def _end(self) -> int:
        true = self.life.true
        history = self.life.entry.history
        for number in range(self.index + 1, len(true)):
            if history[number].day > self.on:
                return len(true)
            if (true[number] is None) is not (true[self.index] is None):
                return number
        return len(true)

    @cached_property
    def _number(self) -> int | None:
        """The first delivery for the event's day or later that shows it, or what followed it."""
        history = self.life.entry.history
        deliveries = self.life.sent.deliveries
        last = self._ended.day if self._ended is not None else date.max
        for number in range(self.life.sent.first_on(self.line.day), len(deliveries)):
            if deliveries[number].on > last:
                break
            for line in range(self.index, self._end):
                if history[line].day <= deliveries[number].on and self.life.shows(number, line):
                    return number
        return None

    @property
    def delivery(self) -> DeliveryFile | None:
        """The delivery that brought it; None while there is none."""
        return self.life.sent.deliveries[self._number] if self._number is not None else None

    def excuse(self) -> str:
        """Why no clock runs; empty where one does."""
        deliveries, true = self.life.sent.deliveries, self.life.true
        if not deliveries:
            return "no delivery is recorded"
        first = deliveries[0]
        if first.is_baseline and self.line.day <= first.on:
            return f"taken over with the baseline {first.serial}"
        if self.line.day < first.on:
            return f"before the first delivery, {first.serial}"
        before = true[self.index - 1] if self.index else None
        if true[self.index] == before:
            return "changes nothing in the row"
        number = self.life.sent.first_on(self.line.day)
        if true[self.index] is None and (number == 0 or self.life.rows[number - 1] is None):
            return "no row of it had been sent"
        return ""

    def due(self, calendar: WorkingDays) -> tuple[date, tuple[Pause, ...]]:
        """The Working Day by whose end it is due, and the pauses before it.

        Raises:
            HolidaysUnknown: the list of bank holidays does not reach so far.
        """
        last = self.on
        if self.delivery is not None:
            last = self.delivery.on
        elif self.overtaken is not None:
            last = self.overtaken.day
        pauses: list[Pause] = []
        start = self.line.day
        while True:
            due = calendar.after(start)
            if self.delivery is not None and last <= due:
                return due, tuple(pauses)
            pause = self._pause(start, min(due, last), last)
            if pause is None:
                return due, tuple(pauses)
            pauses.append(pause)
            if pause.end is None:
                return due, tuple(pauses)
            start = pause.end

    def _pause(self, start: date, until: date, last: date) -> Pause | None:
        """The first hold that begins between two days, and its end up to a last day."""
        days = [start, *(day for day in self.life.turns if start < day <= last)]
        begun: Pause | None = None
        for day in days:
            hold = self.life.hold_on(day) if begun or day <= until else None
            if hold is not None:
                begun = Pause(start=begun.start if begun else day, end=None, hold=hold)
            elif begun is not None:
                return replace(begun, end=day)
        if begun is not None and self.delivery is not None:
            return replace(begun, end=last)
        return begun

    def answers(self) -> Iterator[tuple[Serial, Answered]]:
        """What the DCC answered to the delivery that brought it and to those after it."""
        removed = self.life.true[self.index] is None
        first = self._number
        if first is None:
            return
        for number in range(first, len(self.life.rows)):
            if (self.life.rows[number] is None) is not removed:
                return
            whole = not removed or number == first
            answer = self.life.sent.answer(self.life.entry.entry_id, number, whole=whole)
            if answer is not None:
                yield self.life.sent.deliveries[number].serial, answer


def cases_of(entry: Entry, sent: SentRows) -> Iterator[Case]:
    """The events of an entry up to the day that change what the DCC must hold."""
    life = Life(entry=entry, sent=sent)
    for index, line in enumerate(entry.history):
        if line.day <= sent.on and line.event in CLOCKED:
            yield Case(life=life, index=index)
