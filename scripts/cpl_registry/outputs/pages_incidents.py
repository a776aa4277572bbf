"""Incidents for people: those that are open, those that are over, and a page each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import incident_words, wording
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.page import Page
from cpl_registry.state.incidents import IncidentStanding


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentView:
    """An incident as its page and the list tell it: the answer, its end, and what it has touched."""

    standing: IncidentStanding
    state: str
    end: str
    left: str
    severity: str
    meant: str
    rows: tuple[tuple[EntryRow, date], ...]
    decision: str | None


def incident_views(listing: Listing) -> list[IncidentView]:
    """The incidents begun by the day: open ones first, newest first."""
    views = [_view(one, listing) for one in listing.state.incidents]
    return sorted(views, key=lambda view: view.standing.ended)


def _view(one: IncidentStanding, listing: Listing) -> IncidentView:
    incident = one.incident
    return IncidentView(
        standing=one,
        state=incident_words.state_words(one, listing.state.on),
        end=incident_words.end_words(one),
        left=incident_words.left_words(one, listing.state),
        severity=incident_words.severity_words(one),
        meant=incident_words.meant_words(incident.selector),
        rows=tuple((listing.rows[entry_id], day) for entry_id, day in one.touched.items()),
        decision=listing.reference_pages.get(incident.decision) if incident.decision else None,
    )


def incident_pages(listing: Listing) -> Iterator[Page]:
    """`incidents/`, and `incidents/<reference>/` for each."""
    state = listing.state
    views = incident_views(listing)
    yield Page(
        path="incidents/index",
        title="Incidents",
        description=(
            "What went wrong with the Certified Products List or its loading, as of "
            f"{wording.day(state.on)}: what is open, and what is over."
        ),
        template="incidents.html.jinja",
        context={
            "on": state.on,
            "open": [view for view in views if view.standing.open],
            "over": [view for view in views if view.standing.ended],
        },
        searchable=True,
    )
    for view in views:
        incident = view.standing.incident
        yield Page(
            path=f"incidents/{incident.reference}/index",
            title=f"{incident.reference}: {incident.title}",
            description=view.state,
            template="incident.html.jinja",
            context={
                "view": view,
                "one": incident,
                "on": state.on,
                "illustrative": state.illustrative,
                "source": listing.sources.get(incident.path),
            },
        )
