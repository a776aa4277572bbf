"""Incidents on a day: which are open, and which entries each has touched.

An incident touches every entry that its selector meant on any day of it: when the DSP has learnt a
version nothing is held any more, but what was held stays told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.records.device_model import EntryId
from cpl_registry.records.incident import Incident, Severity
from cpl_registry.records.register import Register
from cpl_registry.state.selection import Selecting


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentStanding:
    """An incident as of a day.

    `touched` are the entries with the first day on which each was touched, in entry id order.
    `ended` says whether its last day is over. `severity` is the step of the scale, None where the
    scale does not have it. `overdue`: open past the day by which its end was expected.
    """

    incident: Incident
    severity: Severity | None
    touched: Mapping[EntryId, date]
    ended: bool
    overdue: bool

    @property
    def open(self) -> bool:
        """Whether it is still going on."""
        return not self.ended


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
    return IncidentStanding(
        incident=incident,
        severity=severity,
        touched=selecting.touched(incident.selector, incident.start, last),
        ended=ended,
        overdue=not ended and incident.expected_end is not None and incident.expected_end < on,
    )


def still_held(incident: Incident, selecting: Selecting, on: date) -> tuple[EntryId, ...]:
    """The entries of an ended incident that are held on the day after its last, or on the asked day.

    Closing an incident demands that there are none.
    """
    if incident.end is None or incident.start > on:
        return ()
    day = min(incident.end + timedelta(days=1), on)
    meant = selecting.touched(incident.selector, incident.start, min(incident.end, on))
    by_id = selecting.register.by_id
    return tuple(one for one in meant if selecting.held(by_id[one], day))
