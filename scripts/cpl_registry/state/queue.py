"""The public queue: submissions that wait to be listed, how long, and what listing would start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cpl_registry.records.device_model import EntryId, Event, HistoryLine, Slug
from cpl_registry.records.working_days import HolidaysUnknown, WorkingDays
from cpl_registry.state.delivery import Hold, delivery_on
from cpl_registry.state.dsp import Unrecognised, unrecognised
from cpl_registry.state.publication import Published, PublishedState
from cpl_registry.state.routing import route_of


class QueueStage(StrEnum):
    """Where a submission stands: on a branch with errors, on one without, or in the register."""

    TO_MEND = "to-mend"
    TO_MERGE = "to-merge"
    SUBMITTED = "submitted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A submission of the register that waits to be listed.

    `age` is in Working Days, None where the list of bank holidays does not reach. No clock runs
    before the listing: `due_if_listed` is the last day of its Working Day, were it listed on the
    asked day. `unknown_to_dsp` is why its row would be held then.
    """

    entry_id: EntryId
    manufacturer: Slug
    device_type: str
    since: date
    age: int | None
    due_if_listed: date | None
    unknown_to_dsp: tuple[Unrecognised, ...]
    stage: QueueStage = QueueStage.SUBMITTED


def waiting(state: PublishedState) -> tuple[Waiting, ...]:
    """The queue of a register on a day, longest first."""
    found = [_waiting(one, one.waiting_since, state) for one in state.queue if one.waiting_since]
    return tuple(sorted(found, key=lambda one: (one.since, one.entry_id)))


def _waiting(one: Published, since: date, state: PublishedState) -> Waiting:
    return Waiting(
        entry_id=one.entry_id,
        manufacturer=one.entry.manufacturer,
        device_type=one.entry.device_type,
        since=since,
        age=working_age(since, state.on, state.calendar),
        due_if_listed=due_after(state.on, state.calendar),
        unknown_to_dsp=unrecognised(one.entry, state.register.dsp.step_on(state.on)),
    )


def hold_if_listed(one: Published, state: PublishedState) -> Hold | None:
    """The hold of a submission, were it listed on the asked day; None where its row could go."""
    line = HistoryLine(day=state.on, event=Event.LISTED)
    listed = replace(one.entry, history=(*one.entry.history, line))
    found = delivery_on(listed, state.on, route_of(state.register, state.sent))
    return found.hold if found is not None else None


def working_age(since: date, on: date, calendar: WorkingDays | None) -> int | None:
    """How many Working Days lie after a day, up to the asked one; None where that is not known."""
    try:
        return calendar.between(since, on) if calendar else None
    except HolidaysUnknown:
        return None


def due_after(on: date, calendar: WorkingDays | None) -> date | None:
    """The Working Day after a day; None where that is not known."""
    try:
        return calendar.after(on) if calendar else None
    except HolidaysUnknown:
        return None
