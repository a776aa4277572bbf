"""Hold against substitute, day by day: what the DCC could load, what waits, what is misstated.

The paper's Table 1 with numbers. Each day's extract is worked out as it is for a real delivery, and
a delivery is made on each Working Day on which it would change something, so that the next day
stands on what was sent. The register is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from cpl_registry.records.days import LONDON
from cpl_registry.records.delivery import DeliveryFile, HeldRow, Serial
from cpl_registry.records.device_model import EntryId, Event
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.delivery import Reason, StandingRow
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.dsp import unrecognised_row
from cpl_registry.state.event_rows import rows_by_line
from cpl_registry.state.policy import policy_days
from cpl_registry.state.publication import Published, PublishedState, publish
from cpl_registry.state.sending import stopped
from cpl_registry.state.simulated_days import SimulatedDay, Simulation
from cpl_registry.state.trial import Trial

_DAY = timedelta(days=1)
_SENT = frozenset({Event.LISTED, Event.REINSTATED, Event.AMENDED, Event.CORRECTED})
"""The events whose row must go out within one Working Day."""


def simulate(
    register: Register, trial: Trial, calendar: WorkingDays, start: date, end: date
) -> Simulation:
    """Tries a policy from one day to another, on what the register says was sent before.

    Raises:
        HolidaysUnknown: the list of bank holidays does not reach so far.
    """
    run = _Run(register, trial, calendar, start, end)
    return Simulation(
        trial=trial, days=tuple(run.day(start + n * _DAY) for n in range((end - start).days + 1))
    )


def delivery_of(state: PublishedState, kind: str = "delivery") -> DeliveryFile:
    """The delivery that a state would be sent with at noon of its day, as its file would tell it."""
    last = state.sent.last
    number = sum(one.on == state.on for one in state.sent.deliveries) + 1
    return DeliveryFile(
        serial=Serial(f"{state.on}-{number:02}"),
        kind=kind,
        sent_at=datetime.combine(state.on, time(12), LONDON).astimezone(UTC),
        on=state.on,
        commit=state.commit,
        based_on=last.serial if last else None,
        previous=last.own_digest if last else None,
        extract_sha256="",
        extract_rows=len(state.rows),
        manifest_sha256=None,
        decision=None,
        header=state.register.extract_profile.header,
        delta=tuple(delta_between(state.sent.rows, state.rows)),
        held=_held_rows(state),
        own_digest="",
    )


def _held_rows(state: PublishedState) -> tuple[HeldRow, ...]:
    return tuple(
        HeldRow(
            entry_id=one.entry_id,
            since=hold.since,
            reason=hold.reason,
            field=cause.field,
            value=cause.value,
            standing_row=hold.standing_row,
        )
        for one in state.held
        if one.delivery and (hold := one.delivery.hold)
        for cause in hold.causes
    )


class _Run:
    """The days played in order, each on what was sent before it."""

    def __init__(
        self, register: Register, trial: Trial, calendar: WorkingDays, start: date, end: date
    ) -> None:
        self._calendar = calendar
        sent = tuple(one for one in register.deliveries if one.on < start)
        if not sent:
            # Without deliveries the DCC holds what the register says of the day before.
            sent = (delivery_of(publish(register, start - _DAY), "baseline"),)
        self._register = replace(trial.register, deliveries=sent)
        self._turns = _turning_days(trial.register, end)
        self._waiting = _due(register, calendar, start, end)
        self._late: set[tuple[EntryId, int]] = set()
        self._state: PublishedState | None = None
        self._moved = True

    def day(self, day: date) -> SimulatedDay:
        """The next day. Where nothing turns, the day before stands for it."""
        state = self._state
        if state is None or self._moved or day in self._turns:
            state = self._state = publish(self._register, day)
        # Whatever is still unsent when a day begins was not sent up to the end of the day before.
        self._late |= {key for key, (_, due) in self._waiting.items() if due < day}
        blocked = tuple(stopped(state))
        owed = frozenset(_owed(state))
        differs = state.rows != state.sent.rows or _held_rows(state) != state.sent.held
        delivered = differs and not blocked and self._calendar.is_working_day(day)
        self._moved = delivered
        if delivered:
            made = delivery_of(replace(state, on=day))
            self._register = replace(self._register, deliveries=(*self._register.deliveries, made))
        if delivered or not differs:
            self._sent(state, day)
        return _told(state, day, owed, blocked, frozenset(self._late), delivered=delivered)

    def _sent(self, state: PublishedState, day: date) -> None:
        """Takes note of the events that the day's delivery told of, truly or misstated."""
        for key, (told, _) in list(self._waiting.items()):
            one = state.by_id.get(key[0])
            gone = one is None or one.delivery is None
            if told <= day and (gone or (one is not None and _goes_out(one))):
                del self._waiting[key]


def _due(
    register: Register, calendar: WorkingDays, start: date, end: date
) -> dict[tuple[EntryId, int], tuple[date, date]]:
    """The events of the days whose row must go out: their day, and the Working Day after it."""
    found = {}
    for entry in register.by_id.values():
        true = rows_by_line(entry, register.extract_profile)
        for index, line in enumerate(entry.history):
            before = true[index - 1] if index else None
            if start <= line.day <= end and line.event in _SENT and true[index] != before:
                found[entry.entry_id, index] = (line.day, calendar.after(line.day))
    return found


def _turning_days(register: Register, end: date) -> set[date]:
    """The days on which entries, profile or policy change."""
    days = {line.day for entry in register.entries for line in entry.history}
    return days | {*register.dsp.step_days(end)} | policy_days(register.policy, end)


def _goes_out(one: Published) -> bool:
    """Whether what a delivery holds of an entry is its present state, true or misstated."""
    hold = one.delivery.hold if one.delivery else None
    return hold is None or hold.reason is Reason.SUBSTITUTED


def _owed(state: PublishedState) -> Iterator[EntryId]:
    """Entries that the DCC was sent misstated, and that are not substituted on the day."""
    for held in state.sent.held:
        one = state.by_id.get(held.entry_id)
        if held.standing_row != StandingRow.MISSTATED or one is None or one.delivery is None:
            continue
        if one.delivery.hold is None or one.delivery.hold.reason is not Reason.SUBSTITUTED:
            yield one.entry_id


def _told(
    state: PublishedState,
    day: date,
    owed: frozenset[EntryId],
    blocked: tuple[str, ...],
    late: frozenset[tuple[EntryId, int]],
    *,
    delivered: bool,
) -> SimulatedDay:
    step = state.register.dsp.step_on(day)
    profile = state.register.extract_profile
    misstated = frozenset(
        one.entry_id for one in state.extract if one.delivery and one.delivery.misstated
    )
    held = frozenset(one.entry_id for one in state.held) - misstated
    return SimulatedDay(
        day=day,
        rows=len(state.rows),
        loadable=sum(not unrecognised_row(row, profile, step) for row in state.rows.values()),
        held=held,
        misstated=misstated,
        owed=owed,
        corrected=owed - held - misstated if delivered else frozenset(),
        late=late,
        stopped=blocked,
        delivered=delivered,
    )
