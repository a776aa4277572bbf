"""The front page: what the list says today, in numbers and words."""

from __future__ import annotations

from collections.abc import Sequence

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing, tally
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_changes import ChangeView
from cpl_registry.outputs.pages_charts import Pictures
from cpl_registry.outputs.pages_today import today
from cpl_registry.state.certificates_ending import endings, within

LATEST = 8
"""So many events stand on the front page."""
CHECK = "check/"
"""The page that tells whether one device may be installed."""


def home_page(listing: Listing, told: Sequence[ChangeView], pictures: Pictures) -> Page:
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
            "held": state.held,
            "standing": sum(
                one.delivery is not None and one.delivery.row is not None for one in state.held
            ),
            "ending": len(
                {one.entry_id for one in within(endings(state), 3, state.on) if not one.ended}
            ),
            "check": CHECK,
            "example": next((listing.rows[one.entry_id] for one in state.active), None),
            "chart": pictures.by_status,
            "latest": told[:LATEST],
            "illustrative": state.illustrative,
        },
        searchable=True,
    )
