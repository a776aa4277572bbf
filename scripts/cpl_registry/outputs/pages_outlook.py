"""The forward look: everything dated ahead, month by month, in words."""

from __future__ import annotations

from itertools import groupby

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.outlook_told import notice_told, outlook_told
from cpl_registry.outputs.page import Page
from cpl_registry.state.outlook import outage_notices, outlook
from cpl_registry.state.readiness import horizon

MOST = 60
"""A line with more entries than this only says how many."""


def outlook_page(listing: Listing) -> Page:
    """`outlook/`."""
    state = listing.state
    until = horizon(state.on)
    told = outlook_told(outlook(state, until), state)
    makers = sorted({slug for one in told for slug in one.manufacturers})
    late = [one for one in outage_notices(state) if not one.in_time and one.last < state.on]
    return Page(
        path="outlook/index",
        title="Forward look",
        description=(
            f"What is dated ahead of {wording.day(state.on)}: specifications, the DSP, certificates,"
            " campaigns, meetings and outages."
        ),
        template="outlook.html.jinja",
        context={
            "on": state.on,
            "until": until,
            "total": len(told),
            "months": [
                (first, list(lines))
                for first, lines in groupby(told, key=lambda one: one.day.replace(day=1))
            ],
            "late": [(one.outage, notice_told(one, state.on)) for one in late],
            "known": listing.rows,
            "most": MOST,
            "makers": [(slug, listing.manufacturer_name(slug)) for slug in makers],
            "illustrative": state.illustrative,
        },
        searchable=True,
    )
