"""Readiness: what breaks on which day, between the specifications' calendar and the DSP's."""

from __future__ import annotations

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.readiness_words import change_told, readiness_table
from cpl_registry.outputs.windows import windows_picture
from cpl_registry.state.readiness import horizon, readiness


def readiness_page(listing: Listing) -> Page:
    """`dcc/readiness/`."""
    state = listing.state
    answer = readiness(state, horizon(state.on))
    return Page(
        path="dcc/readiness",
        title="Readiness of the DSP",
        description=(
            f"Which versions a new entry must name from {wording.day(state.on)} on, and whether the "
            "DCC's Data Service Provider (DSP) recognises them."
        ),
        template="readiness.html.jinja",
        context={
            "on": state.on,
            "until": answer.until,
            "gaps": readiness_table(answer, state),
            "alarms": len(answer.alarms),
            "ahead": [(change.day, change_told(change, state.on)) for change in answer.ahead],
            "standing": [(change.day, change_told(change, state.on)) for change in answer.standing],
            "picture": windows_picture(state, answer.until),
        },
        searchable=True,
    )
