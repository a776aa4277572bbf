"""`today/`: is anything wrong with the CPL today, in words, each number with what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import health_words
from cpl_registry.outputs.concern_details import details
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_dcc import HeldView, held_views
from cpl_registry.outputs.pages_incidents import IncidentView, incident_views
from cpl_registry.state.health import Concern, Health, Matter, health_on

TITLE = "Is anything wrong with the CPL today?"
_FEW = 10
"""So many entries of a concern stand open on the page; more are folded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernView:
    """A concern in words, with who acts on it, its page, and what is said of each of its entries."""

    concern: Concern
    words: str
    meaning: str
    acts: str
    until: str
    page: str
    page_words: str
    rows: tuple[tuple[EntryRow, str], ...]
    days: tuple[date, ...] = ()

    @property
    def folded(self) -> bool:
        """Whether its entries are too many to stand open."""
        return len(self.rows) > _FEW


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """The answer of a day for pages: in one word, in a sentence, and what needs attention."""

    health: Health
    sentence: str
    concerns: tuple[ConcernView, ...]


def today(listing: Listing) -> Today:
    """The answer for the day of a listing."""
    health = health_on(listing.state)
    return Today(
        health=health,
        sentence=health_words.verdict_words(health),
        concerns=tuple(_view(one, listing) for one in health.concerns),
    )


def _view(concern: Concern, listing: Listing) -> ConcernView:
    told = details(concern, listing.state)
    return ConcernView(
        concern=concern,
        words=health_words.told(concern),
        meaning=health_words.MEANINGS[concern.matter],
        acts=health_words.ACTS[concern.matter],
        until=health_words.until_words(concern),
        page=health_words.page_of(concern),
        page_words=health_words.page_words(concern),
        rows=tuple(
            (listing.rows[one], told.get(one, "")) for one in concern.entries if one in listing.rows
        ),
        days=tuple(map(date.fromisoformat, concern.references))
        if concern.matter is Matter.STEP
        else (),
    )


def today_page(listing: Listing) -> Page:
    """`today/`."""
    state = listing.state
    answer = today(listing)
    held: list[HeldView] = held_views(listing)
    incidents: list[IncidentView] = [view for view in incident_views(listing) if view.standing.open]
    return Page(
        path="today/index",
        title=TITLE,
        description=answer.sentence,
        template="today.html.jinja",
        context={
            "on": state.on,
            "title": TITLE,
            "answer": answer,
            "held": held,
            "incidents": incidents,
            "matter": Matter,
            "pages": listing.reference_pages,
            "last": state.sent.last,
            "active": len(state.active),
            "extract": len(state.extract),
        },
        searchable=True,
    )
