"""The words in which an incident is told: its state, its severity, what it touches and has touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.campaign_words import selector_words
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.selector import Selector
from cpl_registry.state.dsp import expected_step
from cpl_registry.state.incidents import IncidentStanding
from cpl_registry.state.publication import PublishedState


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """An incident as the page of an entry that it touched tells of it."""

    reference: str
    title: str
    words: str
    open: bool


def page_of(one: IncidentStanding) -> str:
    """The page of an incident, from the site's root."""
    return f"incidents/{one.reference}/"


def state_words(one: IncidentStanding, on: date) -> str:
    """Whether it is open or over, since when or how long, as a sentence."""
    incident = one.incident
    start = wording.full_day(incident.start)
    if one.ended and incident.end is not None:
        days = wording.counted((incident.end - incident.start).days + 1, "day")
        if incident.end == incident.start:
            return f"This incident is over: it lasted for {start}."
        return (
            f"This incident is over: it lasted from {start} to"
            f" {wording.full_day(incident.end)}, {days}."
        )
    days = wording.counted((on - incident.start).days + 1, "day")
    return f"This incident has been open since {start}; today is its {_nth(days)}."


def _nth(days: str) -> str:
    """`1 day` as `1st day`, `12 days` as `12th day`."""
    number = days.split(" ", maxsplit=1)[0]
    teens = number.replace(",", "")[-2:] in {"11", "12", "13"}
    ending = "th" if teens else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return f"{number}{ending} day"


def end_words(one: IncidentStanding) -> str:
    """By when its end is expected, as a sentence; empty where it is over."""
    if one.ended:
        return ""
    if one.expected_end is None:
        return "No day is known by which it is expected to end."
    day = wording.full_day(one.expected_end)
    if one.overdue:
        return f"It was expected to end by {day}, and that day has passed."
    return f"It is expected to end by {day}."


def left_words(one: IncidentStanding, state: PublishedState) -> str:
    """How many of its entries are held, and until when as far as is known; empty where none is."""
    held = [entry for entry in state.held if entry.entry_id in one.touched]
    if one.ended or not held:
        return ""
    steps = [expected_step(entry.entry, state.register.dsp, state.on) for entry in held]
    ahead = [step.start for step in steps if step is not None and step.start >= state.on]
    told = []
    if ahead:
        told.append(
            f"{len(ahead):,} until {wording.full_day(max(ahead))} at the latest, as announced"
        )
    if unknown := len(held) - len(ahead):
        told.append(f"{unknown:,} until a day that nobody has announced")
    of_all = wording.counted(len(one.touched), "entry", "entries")
    number = f"{len(held):,} is" if len(held) == 1 else f"{len(held):,} are"
    return f"Of the {of_all} that it has touched, {number} held today: {'; '.join(told)}."


def severity_words(one: IncidentStanding) -> str:
    """The severity by its name; by its level where the scale does not have it."""
    return one.severity.name if one.severity else f"Severity {one.incident.severity}"


def banner_words(one: IncidentStanding) -> str:
    """What every page says of an open incident, after its title."""
    touched = wording.counted(len(one.touched), "entry is touched", "entries are touched")
    return f"since {wording.full_day(one.incident.start)}; {touched}"


def meant_words(selector: Selector) -> str:
    """Which entries an incident touches: `Active entries on GBCS 1.1 that are held back ...`."""
    words = selector_words(selector)
    # An incident whose selector names no status means entries of any.
    return words if selector.status else words.removeprefix("Active ")


def touches(entry_id: EntryId, state: PublishedState) -> tuple[Touch, ...]:
    """The incidents that touch an entry, or have touched it, newest first."""
    return tuple(
        Touch(
            reference=one.reference,
            title=one.incident.title,
            words=touch_words(one, one.touched[entry_id]),
            open=one.open,
        )
        for one in state.incidents_by_entry.get(entry_id, ())
    )


def touch_words(one: IncidentStanding, since: date) -> str:
    """How an incident touches an entry, or has touched it, as a clause that follows its title."""
    day = wording.full_day(since)
    if one.open or one.incident.end is None:
        return f"open; it touches this entry since {day}"
    end = wording.full_day(one.incident.end)
    return f"over, its last day was {end}; this entry was touched by it, first on {day}"
