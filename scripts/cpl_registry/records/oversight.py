"""What the Panel's files say, together with the dates that no other file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.records.campaign import Campaign, parse_campaign
from cpl_registry.records.days import day, day_of
from cpl_registry.records.decision import Decision, parse_decision
from cpl_registry.records.documents import Kind
from cpl_registry.records.incident import Incident, Severity, parse_incident
from cpl_registry.records.notice import Notice, parse_notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A meeting of a body that decides."""

    day: date
    body: str
    source: str
    illustrative: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A planned outage of the DCC's systems. `announced`: since when the Parties know; else None.

    `end` is its last day, `hours` how long it lasts as far as that is known.
    """

    start: date
    end: date
    hours: int | None
    title: str
    announced: date | None
    source: str
    illustrative: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The dated facts of `reference/calendar.yaml`.

    `outage_notice_days`: how long before an outage the Parties are to be told; None: not recorded.
    `certificate_notice_months`: how long before a CPA certificate ends its manufacturer is reminded.
    `unconfirmed` names the fields that are recalled and not read in a source.
    """

    outage_notice_days: int | None = None
    outage_hours_a_month: int | None = None
    certificate_notice_months: tuple[int, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Oversight:
    """The files under `panel/` by kind, each in the order of the references, and what goes along."""

    incidents: tuple[Incident, ...] = ()
    decisions: tuple[Decision, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    notices: tuple[Notice, ...] = ()
    severities: tuple[Severity, ...] = ()
    calendar: Calendar = Calendar()


PANEL: Mapping[Kind, Callable[[str, Mapping[str, Any]], Any]] = {
    Kind.INCIDENT: parse_incident,
    Kind.DECISION: parse_decision,
    Kind.CAMPAIGN: parse_campaign,
    Kind.NOTICE: parse_notice,
}
"""How each kind of file under `panel/` is read."""


def oversight_of(
    records: Iterable[Any], severities: tuple[Severity, ...], calendar: Calendar
) -> Oversight:
    """The records of the files under `panel/`, sorted into their kinds."""
    found = sorted(records, key=lambda one: str(one.reference))
    return Oversight(
        incidents=tuple(one for one in found if isinstance(one, Incident)),
        decisions=tuple(one for one in found if isinstance(one, Decision)),
        campaigns=tuple(one for one in found if isinstance(one, Campaign)),
        notices=tuple(one for one in found if isinstance(one, Notice)),
        severities=severities,
        calendar=calendar,
    )


def parse_calendar(data: Mapping[str, Any]) -> Calendar:
    """The calendar of `reference/calendar.yaml`."""
    return Calendar(
        outage_notice_days=_number(data, "outage_notice_days"),
        outage_hours_a_month=_number(data, "outage_hours_a_month"),
        certificate_notice_months=tuple(
            sorted(map(int, data.get("certificate_notice_months", ())), reverse=True)
        ),
        unconfirmed=tuple(data.get("unconfirmed", ())),
        meetings=tuple(
            Meeting(
                day=day_of(one, "date"),
                body=one["body"],
                source=one["source"],
                illustrative=one.get("illustrative") == "true",
            )
            for one in data.get("meetings", ())
        ),
        outages=tuple(
            Outage(
                start=day_of(one, "start"),
                end=day(one.get("end", "")) or day_of(one, "start"),
                hours=_number(one, "hours"),
                title=one["title"],
                announced=day(one.get("announced", "")),
                source=one["source"],
                illustrative=one.get("illustrative") == "true",
            )
            for one in data.get("outages", ())
        ),
    )


def _number(data: Mapping[str, Any], name: str) -> int | None:
    return int(data[name]) if name in data else None
