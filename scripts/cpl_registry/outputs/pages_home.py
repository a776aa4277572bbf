"""The front page: what the list says today, in numbers and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.answers import SOON
from cpl_registry.outputs.entry_rows import EntryRow, Listing, tally
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_changes import ChangeView
from cpl_registry.outputs.pages_dcc import held_views
from cpl_registry.outputs.pages_today import today
from cpl_registry.records.device_model import Certificate

LATEST = 8
"""So many events stand on the front page."""
MOST = 20
"""A table of the front page has at most so many rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndingView:
    """A certificate of an Active entry that has ended or ends soon."""

    row: EntryRow
    certificate: Certificate
    day: date
    words: str


def endings(listing: Listing) -> list[EndingView]:
    """The certificates of Active entries that have ended or end within the next 90 days."""
    on = listing.state.on
    found = [
        EndingView(
            row=listing.rows[one.entry_id],
            certificate=certificate,
            day=certificate.ends,
            words=wording.certificate_end(certificate, on) or "",
        )
        for one in listing.state.active
        for certificate in one.entry.certificates()
        if certificate.ends and (certificate.ends - on).days <= SOON
    ]
    return sorted(found, key=lambda view: (view.day, view.row.entry_id, view.certificate.scheme))


def home_page(listing: Listing, told: Sequence[ChangeView]) -> Page:
    """`index.html`."""
    state = listing.state
    rows = tuple(listing.rows.values())
    found = listing.by(lambda row: row.device_type)
    return Page(
        path="index",
        title="Certified Products List",
        description=(
            "The Certified Products List (CPL), also called the Central Products List, as a public "
            f"register: what it says on {wording.day(state.on)}."
        ),
        template="home.html.jinja",
        context={
            "on": state.on,
            "today": today(listing),
            "tally": tally(rows),
            "extract": len(state.extract),
            "makers": len({one.entry.manufacturer for one in state.active}),
            "types": [
                (kind, tally(found[code])) for code, kind in state.register.device_types.items()
            ],
            "held": held_views(listing),
            "endings": endings(listing),
            "most": MOST,
            "soon": SOON,
            "latest": told[:LATEST],
            "illustrative": state.illustrative,
        },
        searchable=True,
    )
