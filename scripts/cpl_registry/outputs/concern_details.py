"""What a concern says of each of its entries: since when, why, and what the DCC holds instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.records.days import london_day
from cpl_registry.records.device_model import Certificate, EntryId
from cpl_registry.state.campaigns import Position
from cpl_registry.state.health import Concern, Matter
from cpl_registry.state.publication import PublishedState


def details(concern: Concern, state: PublishedState) -> Mapping[EntryId, str]:
    """A sentence on each entry of a concern; entries of which there is no more to say are left out."""
    of_matter = _DETAILS.get(concern.matter)
    if of_matter is None:
        return {}
    meant = set(concern.entries)
    return {one: text for one, text in of_matter(state).items() if one in meant}


def _rejected(state: PublishedState) -> dict[EntryId, str]:
    return {one: _rejection(one, state) for one in state.sent.rejected}


def _rejection(entry_id: EntryId, state: PublishedState) -> str:
    """Rejected first when and why, sent again or not, and the row that the DCC holds."""
    sent = state.sent
    rejected, held = sent.rejected[entry_id], sent.loaded.get(entry_id)
    first = wording.full_day(london_day(rejected.since))
    text = f"Rejected first on {first}"
    if rejected.at != rejected.since:
        text += f", last on {wording.full_day(london_day(rejected.at))}"
    text += f": {wording.sentence(rejected.reason or 'no reason was given')}"
    again = sent.came_with.get(entry_id)
    if again is not None and again.serial > rejected.serial:
        text += f" It was sent again with {again.serial}, and the DCC has not answered for it."
    if held is None:
        return f"{text} The DCC holds no row of it."
    day = wording.full_day(london_day(held.at))
    return f"{text} The DCC holds an earlier row of it, loaded on {day}."


def _expired(state: PublishedState) -> dict[EntryId, str]:
    return _past(state, lambda one: one.expires, "expired on")


def _renewal(state: PublishedState) -> dict[EntryId, str]:
    return _past(state, lambda one: one.renewal_due, "was due for renewal on")


def _past(
    state: PublishedState, end_of: Callable[[Certificate], date | None], words: str
) -> dict[EntryId, str]:
    """The certificates of Active entries whose last day is over, by an entry's id."""
    found: dict[EntryId, str] = {}
    for one in state.active:
        ended = [
            f"{certificate.scheme} Certificate{f' {certificate.number}' if certificate.number else ''}"
            f" {words} {wording.full_day(end)}"
            for certificate in one.entry.certificates()
            if (end := end_of(certificate)) is not None and end < state.on
        ]
        if ended:
            found[one.entry_id] = f"{wording.joined(ended)}."
    return found


def _overdue(state: PublishedState) -> dict[EntryId, str]:
    found: dict[EntryId, str] = {}
    for campaign in state.campaigns:
        for target in campaign.targets:
            if target.position is Position.OVERDUE and campaign.deadline is not None:
                day = wording.full_day(campaign.deadline)
                found[target.entry.entry_id] = (
                    f"Overdue in {campaign.campaign.reference}: the deadline was {day}."
                )
    return found


def _not_sent(state: PublishedState) -> dict[EntryId, str]:
    newest = {one.entry_id: one for one in state.clocks}
    return {
        name: f"{one.event.value.capitalize()} on {wording.full_day(one.day)};"
        " no delivery has had it since."
        for name, one in newest.items()
    }


def _unanswered(state: PublishedState) -> dict[EntryId, str]:
    return {
        name: f"Sent with {delivery.serial} on {wording.full_day(delivery.on)}."
        for name, delivery in state.sent.came_with.items()
    }


_DETAILS: Mapping[Matter, Callable[[PublishedState], dict[EntryId, str]]] = {
    Matter.REJECTED: _rejected,
    Matter.NOT_SENT: _not_sent,
    Matter.UNANSWERED: _unanswered,
    Matter.CAMPAIGN: _overdue,
    Matter.EXPIRED: _expired,
    Matter.RENEWAL: _renewal,
}
