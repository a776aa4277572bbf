"""What is dated ahead, in words: for the page, the calendars, the API and the Panel's paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import manufacturer_name
from cpl_registry.outputs.readiness_words import change_told
from cpl_registry.records.device_model import EntryId, Slug
from cpl_registry.state.announced import Named
from cpl_registry.state.outlook import Dated, DatedKind, Ending, OutageNotice, outage_notices
from cpl_registry.state.publication import PublishedState

LABELS: Mapping[DatedKind, str] = {
    DatedKind.SPECIFICATION_START: "Specification starts",
    DatedKind.SPECIFICATION_LAST_DAY: "Specification ends",
    DatedKind.MAINTENANCE_END: "Maintenance ends",
    DatedKind.DSP_RECOGNISES: "DSP change",
    DatedKind.DSP_STOPS_RECOGNISING: "DSP change",
    DatedKind.CERTIFICATES_EXPIRE: "Certificates expire",
    DatedKind.CERTIFICATES_RENEWAL: "Renewal due",
    DatedKind.CAMPAIGN_DEADLINE: "Campaign deadline",
    DatedKind.CAMPAIGN_MEETING: "Campaign before the Panel",
    DatedKind.MEETING: "Meeting",
    DatedKind.OUTAGE: "Outage",
    DatedKind.OUTAGE_NOTICE: "Notice of an outage",
    DatedKind.INCIDENT_EXPECTED_END: "Incident, expected end",
    DatedKind.SUBSTITUTION_END: "Substitution ends",
    DatedKind.SIGNING_CERTIFICATE_END: "Signing certificate ends",
    DatedKind.WAIVER_END: "Waivers end",
    DatedKind.BANK_HOLIDAYS_END: "Bank holidays end",
}
"""What each kind is called in a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedTold:
    """One dated line in words: `title` is short and stands alone, `text` is one or two sentences.

    `links` are words and a path below the site's root. `illustrative`: its source is made up.
    """

    day: date
    kind: DatedKind
    key: str
    label: str
    title: str
    text: str
    entries: tuple[EntryId, ...]
    manufacturers: tuple[Slug, ...]
    links: tuple[tuple[str, str], ...] = ()
    illustrative: bool = False


def outlook_told(found: Iterable[Dated], state: PublishedState) -> tuple[DatedTold, ...]:
    """The lines in words, in their order."""
    return tuple(_told(one, state) for one in found)


def notice_told(notice: OutageNotice, on: date) -> str:
    """Whether the Parties were told of an outage in time, in one sentence."""
    told, outage = wording.full_day(notice.last), notice.outage
    need = f"{wording.counted(notice.days, 'day')} before {wording.full_day(outage.start)}"
    if notice.given is not None:
        word = "in time" if notice.in_time else "too late"
        return f"The Parties were told on {wording.full_day(notice.given)}, {word}: it was due by {told}, {need}."
    if notice.last < on:
        return f"No notice is recorded; it was due by {told}, {need}."
    return f"No notice is recorded yet; the Parties are to be told by {told}, {need}."


def _told(one: Dated, state: PublishedState) -> DatedTold:
    title, text, links = _WORDS[one.kind](one, one.record, state)
    return DatedTold(
        day=one.day,
        kind=one.kind,
        key=one.key,
        label=LABELS[one.kind],
        title=title,
        text=text,
        entries=one.entries,
        manufacturers=one.manufacturers,
        links=links,
        illustrative=bool(getattr(one.record, "illustrative", False)),
    )


_Words = tuple[str, str, tuple[tuple[str, str], ...]]


def _change(one: Dated, change: Any, state: PublishedState) -> _Words:
    told = change_told(change, state.on)
    text = wording.sentence(told[0].upper() + told[1:])
    return _CHANGE_TITLES[one.kind](change), text, (("Readiness of the DSP", "dcc/readiness/"),)


def _values(change: Any) -> str:
    return wording.joined([str(one) for one in change.values if isinstance(one, Named)]) or "values"


_CHANGE_TITLES: Mapping[DatedKind, Callable[[Any], str]] = {
    DatedKind.SPECIFICATION_START: lambda change: f"{change.subject} comes into force",
    DatedKind.SPECIFICATION_LAST_DAY: lambda change: (
        f"Last day for new entries on {change.subject}"
    ),
    DatedKind.MAINTENANCE_END: lambda change: f"Last day of maintenance of {change.subject}",
    DatedKind.DSP_RECOGNISES: lambda change: f"The DSP recognises {_values(change)}",
    DatedKind.DSP_STOPS_RECOGNISING: lambda change: (
        f"The DSP no longer recognises {_values(change)}"
    ),
}


def _certificates(one: Dated, endings: tuple[Ending, ...], state: PublishedState) -> _Words:
    (slug,) = one.manufacturers
    maker = manufacturer_name(state, slug)
    numbers = sorted(
        {f"{end.certificate.scheme} {end.certificate.number or 'no number'}" for end in endings}
    )
    entries = wording.counted(len(one.entries), "Active entry", "Active entries")
    certificates = wording.counted(len(numbers), "certificate")
    if one.kind is DatedKind.CERTIFICATES_EXPIRE:
        title = (
            f"{maker}: {certificates} of {entries} {'expires' if len(numbers) == 1 else 'expire'}"
        )
        then = (
            "This is the last day. From the next day the entries' removal can be proposed;"
            " nothing is removed by itself."
        )
    else:
        title = f"{maker}: {certificates} of {entries} due for renewal"
        then = "The certificate goes on; its renewal is due on this day, which is not an expiry."
    text = f"{wording.joined(numbers)}. {then}"
    return title, text, ((maker, f"manufacturers/{slug}/"),)


def _campaign(one: Dated, standing: Any, _state: PublishedState) -> _Words:
    campaign = standing.campaign
    left = wording.counted(len(standing.left), "entry", "entries")
    are = "is" if len(standing.left) == 1 else "are"
    links = ((campaign.reference, f"campaigns/{campaign.reference}/"),)
    if one.kind is DatedKind.CAMPAIGN_DEADLINE:
        title = f"Deadline of {campaign.reference}"
        text = (
            f"{wording.sentence(campaign.title)} The last day in time; {left} {are} not done with."
        )
    else:
        title = f"{campaign.body} decides on {campaign.reference}"
        text = (
            f"{wording.sentence(campaign.title)} {left[0].upper() + left[1:]} {are} not done with."
        )
    return title, text, links


def _meeting(_one: Dated, meeting: Any, _state: PublishedState) -> _Words:
    return f"Meeting of the {meeting.body}", "As recorded in cpl/reference/calendar.yaml.", ()


def _outage(_one: Dated, outage: Any, state: PublishedState) -> _Words:
    days = outage.end - outage.start
    span = f" It lasts until {wording.full_day(outage.end)}." if days else ""
    hours = f" of {wording.counted(outage.hours, 'hour')}" if outage.hours else ""
    began = f" It began on {wording.full_day(outage.start)}." if outage.start < state.on else ""
    told = [notice_told(one, state.on) for one in outage_notices(state) if one.outage is outage]
    text = " ".join([f"A planned outage{hours}.{began}{span}", *told])
    return f"Outage: {outage.title}", text, ()


def _outage_notice(_one: Dated, notice: OutageNotice, state: PublishedState) -> _Words:
    title = f"Last day to tell the Parties of: {notice.outage.title}"
    return title, notice_told(notice, state.on), ()


def _incident(_one: Dated, incident: Any, _state: PublishedState) -> _Words:
    return (
        f"Expected end of {incident.reference}",
        wording.sentence(incident.title),
        ((incident.reference, f"incidents/{incident.reference}/"),),
    )


def _substitution(_one: Dated, step: Any, _state: PublishedState) -> _Words:
    cells = wording.joined(
        [
            f"{wording.short_name(one.field)} {one.after} for {one.before}"
            for one in step.substitutions
        ]
    )
    return (
        f"Substitution under {step.decision} ends",
        f"The last day on which {cells} is sent; from the next day the truth is sent, or held.",
        (("The DCC board", "dcc/"),),
    )


def _signing(_one: Dated, key: Any, _state: PublishedState) -> _Words:
    text = "The last day on which what it signed counts; its successor must be recorded by then."
    return (
        f"Signing certificate ends: {key.name}",
        text,
        (("Fetch and verify", "dcc/fetch-and-verify/"),),
    )


def _waivers(_one: Dated, waivers: Any, _state: PublishedState) -> _Words:
    told = wording.joined(sorted({waiver.rule for waiver in waivers}))
    count = wording.counted(len(waivers), "waiver")
    text = f"The last day of {count} ({told}); from the next day the rules apply again."
    return f"{count} {'ends' if len(waivers) == 1 else 'end'}", text, (("Rules", "rules/"),)


def _holidays(_one: Dated, _calendar: Any, _state: PublishedState) -> _Words:
    text = (
        "The list of bank holidays ends; no Working Day after it can be told until the official"
        " list of the next year is added to cpl/reference/bank-holidays.csv."
    )
    return "The list of bank holidays ends", text, ()


_WORDS: Mapping[DatedKind, Callable[[Dated, Any, PublishedState], _Words]] = {
    **dict.fromkeys(_CHANGE_TITLES, _change),
    DatedKind.CERTIFICATES_EXPIRE: _certificates,
    DatedKind.CERTIFICATES_RENEWAL: _certificates,
    DatedKind.CAMPAIGN_DEADLINE: _campaign,
    DatedKind.CAMPAIGN_MEETING: _campaign,
    DatedKind.MEETING: _meeting,
    DatedKind.OUTAGE: _outage,
    DatedKind.OUTAGE_NOTICE: _outage_notice,
    DatedKind.INCIDENT_EXPECTED_END: _incident,
    DatedKind.SUBSTITUTION_END: _substitution,
    DatedKind.SIGNING_CERTIFICATE_END: _signing,
    DatedKind.WAIVER_END: _waivers,
    DatedKind.BANK_HOLIDAYS_END: _holidays,
}
