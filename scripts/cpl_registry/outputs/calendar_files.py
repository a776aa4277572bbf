"""Calendar files (RFC 5545) of what is dated ahead: all-day events that a calendar can subscribe to.

An event keeps its UID while it is the same thing, whatever day it moves to. DTSTAMP and SEQUENCE
follow the asked day, so that the same register and day give the same bytes, and a later edition
takes the place of an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.entry_rows import manufacturer_name
from cpl_registry.outputs.feeds import urn
from cpl_registry.outputs.outlook_told import DatedTold, outlook_told
from cpl_registry.records.device_model import EntryId, Slug
from cpl_registry.state.outlook import CERTIFICATE_KINDS, DatedKind, outlook
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import horizon

if TYPE_CHECKING:
    from icalendar import Component, Event

FOLDER = "site/calendar"
_MOST = 60
"""An event names at most so many entries."""
_FIRST = date(2016, 1, 1)
_ALARM = timedelta(days=-28)
_ALARMED = frozenset(
    {
        *CERTIFICATE_KINDS,
        DatedKind.CAMPAIGN_DEADLINE,
        DatedKind.OUTAGE_NOTICE,
        DatedKind.SPECIFICATION_LAST_DAY,
        DatedKind.SIGNING_CERTIFICATE_END,
        DatedKind.BANK_HOLIDAYS_END,
    }
)
"""What somebody must do something about before the day: a reminder comes four weeks ahead."""


def calendar_files(state: PublishedState) -> Iterator[Artefact]:
    """`calendar/forward.ics`, `calendar/expiries.ics`, and one for each manufacturer concerned."""
    told = outlook_told(outlook(state, horizon(state.on)), state)
    calendars = Calendars(state=state)
    yield calendars.file("forward", "CPL: dated ahead", told)
    expiries = [one for one in told if one.kind in CERTIFICATE_KINDS]
    yield calendars.file("expiries", "CPL: certificates ending", expiries)
    own: dict[Slug, list[DatedTold]] = {}
    for one in told:
        for slug in one.manufacturers:
            own.setdefault(slug, []).append(_own(one, slug, state))
    for slug in sorted(own):
        name = f"CPL: {manufacturer_name(state, slug)}"
        yield calendars.file(f"manufacturers/{slug}", name, own[slug])


@dataclass(frozen=True, kw_only=True)
class Calendars:
    """Calendars of one state. An event that stands in several of them is written once."""

    state: PublishedState
    _written: dict[tuple[str, tuple[EntryId, ...]], bytes] = field(default_factory=dict)

    def file(self, name: str, title: str, told: Sequence[DatedTold]) -> Artefact:
        """A calendar of some dated lines, as a file."""
        from icalendar import Calendar  # noqa: PLC0415  # dear to import

        calendar = Calendar()
        calendar.add("prodid", "-//CPL register//Forward look//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        if self.state.illustrative:
            title = f"{title} (illustrative)"
        calendar.add("name", title)
        calendar.add("x-wr-calname", title)
        events = [self._event(one) for one in told] or [_nothing(title, self.state)]
        head, end, rest = _bytes(calendar).partition(b"END:VCALENDAR")
        content = b"".join([head, *events, end, rest])
        return Artefact(path=f"{FOLDER}/{name}.ics", content=content)

    def _event(self, one: DatedTold) -> bytes:
        name = (one.key, one.entries)
        if name not in self._written:
            self._written[name] = _bytes(_event(one, self.state))
        return self._written[name]


def _nothing(title: str, state: PublishedState) -> bytes:
    """A calendar has at least one component; this one is shown on no day."""
    from icalendar import Journal  # noqa: PLC0415  # dear to import

    empty = Journal()
    empty.add("uid", _uid(f"nothing ahead: {title}"))
    empty.add("dtstamp", _stamp(state.on))
    empty.add("summary", "Nothing is dated ahead")
    return _bytes(empty)


def _own(one: DatedTold, slug: Slug, state: PublishedState) -> DatedTold:
    """A line with the entries of one manufacturer alone."""
    own = (entry for entry in one.entries if state.by_id[entry].entry.manufacturer == slug)
    return replace(one, entries=tuple(own))


def _event(one: DatedTold, state: PublishedState) -> Event:
    from icalendar import Alarm, Event  # noqa: PLC0415  # dear to import

    made_up = one.illustrative or state.illustrative
    event = Event()
    event.add("uid", _uid(one.key))
    event.add("dtstamp", _stamp(state.on))
    event.add("sequence", (state.on - _FIRST).days)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", f"{one.title} (illustrative)" if made_up else one.title)
    event.add("description", _description(one, state.on, made_up=made_up))
    event.add("categories", [one.label])
    event.add("transp", "TRANSPARENT")
    if one.kind in _ALARMED:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", _ALARM)
        alarm.add("description", one.title)
        event.add_component(alarm)
    return event


def _description(one: DatedTold, on: date, *, made_up: bool) -> str:
    lines = [one.text]
    if one.entries:
        more = len(one.entries) - _MOST
        rest = [f"and {more:,} more"] if more > 0 else []
        lines += ["", "Entries:", *one.entries[:_MOST], *rest]
    lines += ["", f"As known on {on.isoformat()}."]
    if made_up:
        lines.append("Made up, for demonstration.")
    return "\n".join(lines)


def _uid(key: str) -> str:
    """A UUID of the name: no host is in it, since a register may move."""
    return urn(f"calendar {key}").removeprefix("urn:uuid:")


def _stamp(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)


def _bytes(component: Component) -> bytes:
    made: bytes = component.to_ical(sorted=True)
    return made
