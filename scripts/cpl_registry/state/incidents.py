"""Incidents on a day: which are open, and which entries each has touched.

An incident touches every entry that its selector meant on any day of it: when the DSP has learnt a
version nothing is held any more, but what was held stays told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.records.device_model import EntryId
from cpl_registry.records.incident import Incident, Moment, Severity
from cpl_registry.records.register import Register
from cpl_registry.state.selection import Selecting


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentStanding:
    """An incident as of a day.

    `touched` are the entries with the first day on which each was touched, in entry id order.
    `ended` says whether its last day is over. `severity` is the step of the scale, None where the
    scale does not have it. `timeline` are its lines up to the day, `expected_end` the day by which
    its end was expected then. `overdue`: open past that day.
    """

    incident: Incident
    severity: Severity | None
    touched: Mapping[EntryId, date]
    ended: bool
    overdue: bool
    timeline: tuple[Moment, ...] = ()
    expected_end: date | None = None

    @property
    def open(self) -> bool:
        """Whether it is still going on."""
        return not self.ended

    @property
    def reference(self) -> str:
        """Its reference."""
        return self.incident.reference

    @property
    def changed(self) -> date:
        """The last day on which something was told of it: its start, a line, or its end."""
        days = [self.incident.start, *(one.day for one in self.timeline)]
        if self.ended and self.incident.end is not None:
            days.append(self.incident.end + timedelta(days=1))
        return max(days)


def incidents_on(register: Register, on: date) -> tuple[IncidentStanding, ...]:
    """The incidents that have begun by a day, newest first."""
    selecting = Selecting(register=register)
    scale = {one.level: one for one in register.oversight.severities}
    begun = [one for one in register.oversight.incidents if one.start <= on]
    return tuple(
        _standing(one, scale.get(one.severity), selecting, on)
        for one in sorted(begun, key=lambda one: (one.start, one.reference), reverse=True)
    )


def _standing(
    incident: Incident, severity: Severity | None, selecting: Selecting, on: date
) -> IncidentStanding:
    ended = incident.end is not None and incident.end < on
    last = incident.end if incident.end is not None and ended else on
    known_from = incident.expected_known_from or incident.start
    expected = incident.expected_end if known_from <= on else None
    return IncidentStanding(
        incident=incident,
        severity=severity,
        touched=selecting.touched(incident.selector, incident.start, last),
        ended=ended,
        overdue=not ended and expected is not None and expected < on,
        timeline=tuple(one for one in incident.timeline if one.day <= on),
        expected_end=expected,
    )


def incidents_by_entry(
    incidents: Iterable[IncidentStanding],
) -> dict[EntryId, tuple[IncidentStanding, ...]]:
    """The incidents that have touched each entry, in the order given."""
    found: dict[EntryId, tuple[IncidentStanding, ...]] = {}
    for one in incidents:
        for entry_id in one.touched:
            found[entry_id] = (*found.get(entry_id, ()), one)
    return found


def still_held(incident: Incident, selecting: Selecting, on: date) -> tuple[EntryId, ...]:
    """The entries of an incident that is over on a day, and that were held on the day after its last.

    Closing an incident demands that there are none. Nothing where it is not over yet.
    """
    if incident.end is None or incident.end >= on:
        return ()
    meant = selecting.touched(incident.selector, incident.start, incident.end)
    return _held(meant, selecting, incident.end + timedelta(days=1))


def held_still(incident: Incident, selecting: Selecting, on: date) -> tuple[EntryId, ...]:
    """The entries that an incident has touched up to a day, and that are held on it."""
    return _held(selecting.touched(incident.selector, incident.start, on), selecting, on)


def _held(meant: Iterable[EntryId], selecting: Selecting, day: date) -> tuple[EntryId, ...]:
    by_id = selecting.register.by_id
    return tuple(one for one in meant if selecting.held(by_id[one], day))
