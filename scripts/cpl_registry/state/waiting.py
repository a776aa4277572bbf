"""Merged but not delivered: what today's extract has and the last delivery has not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cpl_registry.records.delivery import DeltaRow
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.publication import PublishedState, publish

REFRESH = timedelta(days=5)
"""How old the last delivery may be before it is sent again though nothing changed: it is fresh for
seven days, and a weekend must fit in between."""


def waiting_rows(state: PublishedState) -> list[DeltaRow]:
    """The rows that the next delivery adds, changes or removes."""
    return delta_between(state.sent.rows, state.rows)


def reasons_to_deliver(state: PublishedState, now: datetime) -> Iterator[str]:
    """Why a delivery is due at a moment (UTC), a line each; nothing where none is."""
    last = state.sent.last
    if last is None:
        yield f"no delivery was ever made: {len(state.rows)} rows wait"
        return
    if rows := waiting_rows(state):
        yield f"{len(rows)} rows differ from delivery {last.serial}"
    held_now = {
        (one.entry_id, hold.reason.value, cause.field, cause.value, hold.standing_row.value)
        for one in state.held
        if one.delivery and (hold := one.delivery.hold)
        for cause in hold.causes
    }
    held_then = {
        (one.entry_id, one.reason, one.field, one.value, one.standing_row) for one in last.held
    }
    if held_now != held_then and not last.is_baseline:
        yield f"what is held is not what delivery {last.serial} says"
    if now - last.sent_at >= REFRESH:
        yield f"delivery {last.serial} was sent on {last.sent_at:%d %B %Y}: it is fresh for a week"


def overdue_rows(register: Register, on: date, calendar: WorkingDays) -> list[DeltaRow]:
    """The rows that have waited past their Working Day on a day.

    A row is due by the end of the Working Day after the day from which it counts: overdue is what
    waits now and waited already on the last day whose Working Day is over.

    Raises:
        HolidaysUnknown: the list of bank holidays does not cover the days.
    """
    state = publish(register, on)
    last = state.sent.last
    then = on - timedelta(days=1)
    while calendar.after(then) >= on:
        then -= timedelta(days=1)
    if last is not None and last.on > then:
        return []
    already = set(waiting_rows(publish(register, then)))
    return [row for row in waiting_rows(state) if row in already]
