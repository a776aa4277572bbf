"""Everything dated ahead of a day, from whatever file tells of it, as known on that day.

What the two calendars of specifications and of the DSP say comes from readiness; the rest is read
from entries, campaigns, incidents, policy, keys, waivers, the calendar and the bank holidays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cpl_registry.records.device_model import Certificate, EntryId, Slug
from cpl_registry.records.dsp_profile import PolicyStep
from cpl_registry.records.incident import Incident
from cpl_registry.records.oversight import Meeting, Outage
from cpl_registry.records.signing_keys import SigningKey
from cpl_registry.records.waivers import Waiver
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.announced import calendars
from cpl_registry.state.campaigns import CampaignStanding, Stage
from cpl_registry.state.dated_changes import Change, changes_ahead
from cpl_registry.state.publication import PublishedState


class DatedKind(StrEnum):
    """What a dated line is about."""

    SPECIFICATION_START = "specification-start"
    SPECIFICATION_LAST_DAY = "specification-last-day"
    MAINTENANCE_END = "maintenance-end"
    DSP_RECOGNISES = "dsp-recognises"
    DSP_STOPS_RECOGNISING = "dsp-stops-recognising"
    CERTIFICATES_EXPIRE = "certificates-expire"
    CERTIFICATES_RENEWAL = "certificates-renewal-due"
    CAMPAIGN_DEADLINE = "campaign-deadline"
    CAMPAIGN_MEETING = "campaign-meeting"
    MEETING = "meeting"
    OUTAGE = "outage"
    OUTAGE_NOTICE = "outage-notice"
    INCIDENT_EXPECTED_END = "incident-expected-end"
    SUBSTITUTION_END = "substitution-end"
    SIGNING_CERTIFICATE_END = "signing-certificate-end"
    WAIVER_END = "waiver-end"
    BANK_HOLIDAYS_END = "bank-holidays-end"


CERTIFICATE_KINDS = (DatedKind.CERTIFICATES_EXPIRE, DatedKind.CERTIFICATES_RENEWAL)
_CHANGES = {
    "in-force": DatedKind.SPECIFICATION_START,
    "last-day": DatedKind.SPECIFICATION_LAST_DAY,
    "maintenance-end": DatedKind.MAINTENANCE_END,
    "dsp-recognises": DatedKind.DSP_RECOGNISES,
    "dsp-stops-recognising": DatedKind.DSP_STOPS_RECOGNISING,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A certificate of an Active entry that ends on the day."""

    entry_id: EntryId
    certificate: Certificate


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageNotice:
    """The last day on which the Parties can be told of an outage in time, as of the asked day.

    `given` is the day on which they were told, None where they were not.
    """

    outage: Outage
    days: int
    given: date | None

    @property
    def last(self) -> date:
        """The last day in time."""
        return self.outage.start - timedelta(days=self.days)

    @property
    def in_time(self) -> bool:
        """Whether they were told by then."""
        return self.given is not None and self.given <= self.last


Record = (
    Change
    | CampaignStanding
    | Meeting
    | Outage
    | OutageNotice
    | Incident
    | PolicyStep
    | SigningKey
    | WorkingDays
    | tuple[Ending, ...]
    | tuple[Waiver, ...]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """One thing that happens, ends or is due on a day that lies ahead, or on the asked day.

    `key` names it for good: it stays the same when the day moves, where there is only one such
    thing. `entries` and `manufacturers` are those it touches, `record` is what tells of it.
    """

    day: date
    kind: DatedKind
    key: str
    record: Record
    entries: tuple[EntryId, ...] = ()
    manufacturers: tuple[Slug, ...] = ()


def outlook(state: PublishedState, until: date) -> tuple[Dated, ...]:
    """What is dated from the asked day until another, both included, in order of the days."""
    found = [one for one in _all(state, until) if state.on <= one.day <= until]
    return tuple(sorted(found, key=lambda one: (one.day, one.kind, one.key)))


def outage_notices(state: PublishedState) -> tuple[OutageNotice, ...]:
    """The notice that each outage not over yet needs; none where no number of days is recorded."""
    calendar, on = state.register.oversight.calendar, state.on
    days = calendar.outage_notice_days
    if days is None:
        return ()
    return tuple(
        OutageNotice(
            outage=one,
            days=days,
            given=one.announced if one.announced and one.announced <= on else None,
        )
        for one in sorted(calendar.outages, key=lambda one: (one.start, one.title))
        if one.end >= on
    )


def _all(state: PublishedState, until: date) -> Iterator[Dated]:
    yield from _changes(state, until)
    yield from _certificates(state, until)
    yield from _campaigns(state)
    yield from _calendar(state)
    yield from _others(state)


def _changes(state: PublishedState, until: date) -> Iterator[Dated]:
    for change in changes_ahead(calendars(state.register, state.on), state, until):
        kind = _CHANGES[change.kind]
        # A version has one such day; the DSP learns on many.
        about = str(change.subject) if change.subject else change.day.isoformat()
        yield Dated(
            day=change.day,
            kind=kind,
            key=f"{kind} {about}",
            record=change,
            entries=change.entries,
            manufacturers=change.manufacturers,
        )


def _certificates(state: PublishedState, until: date) -> Iterator[Dated]:
    """One line a day, a manufacturer, and expiry or renewal."""
    found: dict[tuple[date, DatedKind, Slug], list[Ending]] = {}
    for one in state.active:
        for certificate in one.entry.certificates():
            day = certificate.ends
            if day is None or not state.on <= day <= until:
                continue
            expires = certificate.expires is not None
            kind = DatedKind.CERTIFICATES_EXPIRE if expires else DatedKind.CERTIFICATES_RENEWAL
            ending = Ending(entry_id=one.entry_id, certificate=certificate)
            found.setdefault((day, kind, one.entry.manufacturer), []).append(ending)
    for (day, kind, maker), endings in found.items():
        yield Dated(
            day=day,
            kind=kind,
            key=f"{kind} {maker} {day}",
            record=tuple(endings),
            entries=tuple(dict.fromkeys(one.entry_id for one in endings)),
            manufacturers=(maker,),
        )


def _campaigns(state: PublishedState) -> Iterator[Dated]:
    for one in state.campaigns:
        if one.stage is Stage.CLOSED:
            continue
        left = one.left
        days = (
            (one.deadline, DatedKind.CAMPAIGN_DEADLINE),
            (one.campaign.meeting, DatedKind.CAMPAIGN_MEETING),
        )
        for day, kind in days:
            if day is not None:
                yield Dated(
                    day=day,
                    kind=kind,
                    key=f"{kind} {one.campaign.reference}",
                    record=one,
                    entries=tuple(target.entry_id for target in left),
                    manufacturers=tuple(sorted({target.entry.manufacturer for target in left})),
                )


def _calendar(state: PublishedState) -> Iterator[Dated]:
    calendar = state.register.oversight.calendar
    for meeting in calendar.meetings:
        key = f"{DatedKind.MEETING} {meeting.body} {meeting.day}"
        yield Dated(day=meeting.day, kind=DatedKind.MEETING, key=key, record=meeting)
    for outage in calendar.outages:
        key = f"{DatedKind.OUTAGE} {outage.title} {outage.start}"
        # One that has begun and is not over is told on the asked day.
        day = max(outage.start, state.on) if outage.end >= state.on else outage.start
        yield Dated(day=day, kind=DatedKind.OUTAGE, key=key, record=outage)
    for notice in outage_notices(state):
        key = f"{DatedKind.OUTAGE_NOTICE} {notice.outage.title} {notice.outage.start}"
        yield Dated(day=notice.last, kind=DatedKind.OUTAGE_NOTICE, key=key, record=notice)


def _others(state: PublishedState) -> Iterator[Dated]:
    register, on = state.register, state.on
    for told in state.incidents:
        incident = told.incident
        if told.open and told.expected_end is not None:
            kind = DatedKind.INCIDENT_EXPECTED_END
            yield Dated(
                day=told.expected_end,
                kind=kind,
                key=f"{kind} {incident.reference}",
                record=incident,
                entries=tuple(told.touched),
            )
    for step in register.policy:
        if step.substitutions and step.end is not None:
            kind = DatedKind.SUBSTITUTION_END
            key = f"{kind} {step.decision} {step.start}"
            yield Dated(day=step.end, kind=kind, key=key, record=step)
    for key_ in register.keys:
        if key_.withdrawn is None or key_.withdrawn > on:
            kind = DatedKind.SIGNING_CERTIFICATE_END
            yield Dated(day=key_.end, kind=kind, key=f"{kind} {key_.sha256}", record=key_)
    waivers: dict[date, list[Waiver]] = {}
    for waiver in register.waivers:
        waivers.setdefault(waiver.last_day, []).append(waiver)
    for day, ending in waivers.items():
        kind = DatedKind.WAIVER_END
        yield Dated(day=day, kind=kind, key=f"{kind} {day}", record=tuple(ending))
    if state.calendar is not None:
        kind = DatedKind.BANK_HOLIDAYS_END
        day = state.calendar.last
        yield Dated(day=day, kind=kind, key=f"{kind} {day}", record=state.calendar)
